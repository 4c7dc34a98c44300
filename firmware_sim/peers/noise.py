"""The answering end of Noise_NNpsk0_25519_ChaChaPoly_SHA256.

Source: The Noise Protocol Framework, revision 34 (https://noiseprotocol.org/noise.html): 5 for the
states, 7.4 for the pattern NN, 9 for the pre-shared key.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

NAME = b"Noise_NNpsk0_25519_ChaChaPoly_SHA256"
_KEY_BYTES = 32


class WrongKeyError(Exception):
    """The other end has another pre-shared key."""


class Cipher:
    """One direction's cipher, which counts what went through it."""

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)
        self._count = 0

    def encrypt(self, plain: bytes, also: bytes = b"") -> bytes:
        """Return `plain` encrypted; `also` is authenticated with it."""
        return self._cipher.encrypt(self._nonce(), plain, also)

    def decrypt(self, sealed: bytes, also: bytes = b"") -> bytes:
        """Return what was encrypted. Raises WrongKeyError."""
        try:
            return self._cipher.decrypt(self._nonce(), sealed, also)
        except InvalidTag as error:
            raise WrongKeyError from error

    def _nonce(self) -> bytes:
        self._count += 1
        return bytes(4) + (self._count - 1).to_bytes(8, "little")


class Responder:
    """A handshake: one message from the caller, one back, then a cipher for each direction."""

    def __init__(self, key: bytes, prologue: bytes) -> None:
        self._hash = hashlib.sha256(NAME).digest()
        self._chain = self._hash
        self._cipher: Cipher | None = None
        self._caller: X25519PublicKey | None = None
        self._mix_hash(prologue)
        self._chain, told, secret = self._derived(key, 3)
        self._mix_hash(told)
        self._cipher = Cipher(secret)

    def read(self, message: bytes) -> None:
        """Take in the caller's message. Raises WrongKeyError."""
        public, sealed = message[:_KEY_BYTES], message[_KEY_BYTES:]
        if len(public) < _KEY_BYTES:
            raise WrongKeyError
        self._caller = X25519PublicKey.from_public_bytes(public)
        self._mix_hash(public)
        self._mix_key(public)
        self._current().decrypt(sealed, self._hash)
        self._mix_hash(sealed)

    def write(self) -> bytes:
        """Return the answer to it."""
        assert self._caller is not None, "it answers what it has read"  # noqa: S101
        own = X25519PrivateKey.generate()
        public = own.public_key().public_bytes_raw()
        self._mix_hash(public)
        self._mix_key(public)
        self._mix_key(own.exchange(self._caller))
        sealed = self._current().encrypt(b"", self._hash)
        self._mix_hash(sealed)
        return public + sealed

    def ciphers(self) -> tuple[Cipher, Cipher]:
        """Return what decrypts the caller's messages, and what encrypts one's own."""
        theirs, ours = self._derived(b"", 2)
        return Cipher(theirs), Cipher(ours)

    def _current(self) -> Cipher:
        assert self._cipher is not None, "the pre-shared key comes first"  # noqa: S101
        return self._cipher

    def _mix_hash(self, data: bytes) -> None:
        self._hash = hashlib.sha256(self._hash + data).digest()

    def _mix_key(self, material: bytes) -> None:
        self._chain, secret = self._derived(material, 2)
        self._cipher = Cipher(secret)

    def _derived(self, material: bytes, count: int) -> list[bytes]:
        temporary = hmac.digest(self._chain, material, "sha256")
        out = [b""]
        for number in range(1, count + 1):
            out.append(hmac.digest(temporary, out[-1] + bytes([number]), "sha256"))
        return out[1:]
