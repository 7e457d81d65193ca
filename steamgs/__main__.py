"""``python -m steamgs``."""

import sys

from steamgs.cli import main

sys.exit(main())
