"""The keys by which `ui` tells `locustfile` what it needs. Apart: importing the locustfile starts something."""

from typing import Final

PLAN_KEY: Final = "NEUROHUB_LOAD_PLAN"
FOLDER_KEY: Final = "NEUROHUB_LOAD_FOLDER"
WORKERS_KEY: Final = "NEUROHUB_LOAD_WORKERS"
