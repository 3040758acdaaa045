"""The tests: sentences that say what should be true. They mirror the package; end-to-end tests stand in local_cloud/."""
