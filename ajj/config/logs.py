"""What is written to the log files, without the addresses that are keys themselves."""

import logging
import re

KEYS = re.compile(r"/(pihak-ketiga|kamera)/(?:[\w-]{43}|[\w-]{27})(?=[/?\"' ]|$)")


class PrivatePaths(logging.Filter):
    """Takes the token out of links that open without an account, wherever a line names them."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        told = KEYS.sub(r"/\1/…", text)
        if told != text:
            record.msg, record.args = told, ()
        return True
