"""The errors of the API, and the HTTP status that each error of the hub is told with."""

from http import HTTPStatus
from typing import ClassVar

from hubd.guard.errors import (
    CodeRefusedError,
    GuardError,
    NoSuchTokenError,
    NotPermittedError,
    NotSignedInError,
    PasswordRefusedError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from hubd.model.errors import HubError


class ApiError(HubError):
    """A request that can't be served; `status` is its HTTP status."""

    code = "request"
    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST


class InvalidError(ApiError):
    """The request is understood but says something that can't be."""

    code = "invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class MalformedError(ApiError):
    """The body is no JSON object, or is not sent as JSON."""

    code = "malformed"


class NotFoundError(ApiError):
    """What the request names is not there."""

    code = "not_found"
    status = HTTPStatus.NOT_FOUND


class ConflictError(ApiError):
    """The request doesn't fit the state that the home is in."""

    code = "conflict"
    status = HTTPStatus.CONFLICT


class ForeignOriginError(ApiError):
    """A page of another site sent the request with the person's cookie."""

    code = "foreign_origin"
    status = HTTPStatus.FORBIDDEN


class UnknownHostError(ApiError):
    """The request came under a name that is not this hub's (DNS rebinding)."""

    code = "unknown_host"
    status = HTTPStatus.MISDIRECTED_REQUEST


class MethodError(ApiError):
    """The address is right, the method is not."""

    code = "method"
    status = HTTPStatus.METHOD_NOT_ALLOWED


class BusyError(ApiError):
    """As much is open or under way as the hub allows."""

    code = "busy"
    status = HTTPStatus.SERVICE_UNAVAILABLE


class TooLargeError(ApiError):
    """The body is larger than any request needs."""

    code = "too_large"
    status = (
        HTTPStatus.CONTENT_TOO_LARGE
        if hasattr(HTTPStatus, "CONTENT_TOO_LARGE")
        else HTTPStatus(413)
    )


_GUARD: dict[type[GuardError], HTTPStatus] = {
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    SignInRefusedError: HTTPStatus.UNAUTHORIZED,
    CodeRefusedError: HTTPStatus.UNAUTHORIZED,
    NotPermittedError: HTTPStatus.FORBIDDEN,
    PasswordRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyAttemptsError: HTTPStatus.TOO_MANY_REQUESTS,
    NoSuchTokenError: HTTPStatus.NOT_FOUND,
}


def status_of(error: HubError) -> HTTPStatus:
    """Return the HTTP status of `error`; what is none of a request's making is 503."""
    if isinstance(error, ApiError):
        return error.status
    if isinstance(error, GuardError):
        return _GUARD[type(error)]
    return HTTPStatus.SERVICE_UNAVAILABLE
