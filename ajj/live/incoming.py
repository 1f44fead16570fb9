"""What every file that comes into a session by tus has in common."""

import uuid

from django.db import models


class Incoming(models.Model):
    """A file on its way by tus. ``offset`` bytes of ``length`` are safe on disk.

    ``generation`` counts the requests that claimed it: a newer one pre-empts an older one. A
    subclass has ``session`` and ``owner``, and a state that begins as ``RECEIVING``; ``REFUSED``
    is a file that was not what it claimed to be.
    """

    RECEIVING = "receiving"
    REFUSED = "refused"

    session_id: uuid.UUID
    owner_id: int

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    generation = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, default=RECEIVING)
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        abstract = True
