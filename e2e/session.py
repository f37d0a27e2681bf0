"""How a session of pytest ends, wherever tests start servers: a conftest takes the hook over."""

import tempfile

import pytest

from toolbox.programs import keep_temporary_files_in_memory, leave_on_signals


# before pytest's own, which takes the folder from the option
@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # SIGTERM and SIGHUP end a session as Ctrl-C does, and a second signal does not disturb the cleaning up
    leave_on_signals()
    keep_temporary_files_in_memory()
    if not config.option.basetemp:
        # pytest would keep the folders of its last runs
        folder = tempfile.TemporaryDirectory(prefix="emply-tests-")
        config.add_cleanup(folder.cleanup)
        config.option.basetemp = f"{folder.name}/pytest"
