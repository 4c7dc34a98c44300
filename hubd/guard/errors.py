"""The errors of guard: who may come in, and what they may do."""

from hubd.model.errors import HubError


class GuardError(HubError):
    """Someone may not do what they asked for."""

    code = "guard"


class NotSignedInError(GuardError):
    """No session and no token, or one that is unknown, expired or revoked."""

    code = "not_signed_in"

    def __init__(self, what: str = "You are not signed in") -> None:
        super().__init__(what, mend="Sign in, or send a token that is still valid.")


class SignInRefusedError(GuardError):
    """The name or the password is wrong; it never says which."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(
            "The name or the password is wrong",
            mend="Try again; an owner can set a new password under People.",
        )


class NotPermittedError(GuardError):
    """Signed in, but without the right."""

    code = "not_permitted"


class CodeRefusedError(GuardError):
    """The one-time owner code is wrong, spent or too old."""

    code = "code_refused"

    def __init__(self) -> None:
        super().__init__(
            "That code is wrong, used up or too old",
            mend="Read the newest code in the hub's journal (journalctl -u hubd), or restart "
            "the hub for a new one.",
        )


class PasswordRefusedError(GuardError):
    """The new password does not meet the rules."""

    code = "password_refused"


class TooManyAttemptsError(GuardError):
    """Sign-ins from here, or for this name, have to wait `retry_after_s`."""

    code = "too_many_attempts"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "Too many attempts to sign in", mend=f"Try again in {retry_after_s} seconds."
        )
        self.retry_after_s = retry_after_s


class NoSuchTokenError(GuardError):
    """There is no such token, or it is someone else's."""

    code = "no_such_token"


class NotKeptError(HubError):
    """The database did not take what guard wanted kept, so it was not done."""

    code = "not_kept"
