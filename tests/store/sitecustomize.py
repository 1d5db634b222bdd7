"""Lets Ralph add to its file of statements: as it comes, its file backend takes one request and no more."""

from ralph.backends.data.base import BaseOperationType
from ralph.backends.data.fs import FSDataBackend

FSDataBackend.default_operation_type = BaseOperationType.APPEND
