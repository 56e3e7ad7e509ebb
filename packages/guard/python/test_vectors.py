"""Tests Python's JWT libraries with vectors.json, configured as in a Flask service.

    apt-get install -y python3-jwt python3-cryptography    # or python3-jose
    python3 packages/guard/python/test_vectors.py

These libraries may accept vectors with "python": false, about which they are laxer than Latchkey. They must refuse those with
"otherKind": true even if a service passes only key, algorithm and audience.
"""

import datetime
import json
import pathlib
import sys

FILE = json.loads((pathlib.Path(__file__).parent.parent / "vectors.json").read_text())
KEYS = {key["kid"]: key for key in FILE["keys"]}
REQUIRED = ["exp", "iat", "iss", "aud", "sub"]


class Then(datetime.datetime):
    """The time of the vectors: neither library accepts a time as an argument."""

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(FILE["now"], tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(FILE["now"], datetime.timezone.utc).replace(tzinfo=None)


def with_pyjwt():
    import jwt
    import jwt.algorithms

    jwt.api_jwt.datetime = Then
    kinds = {
        "RS256": jwt.algorithms.RSAAlgorithm,
        "ES256": jwt.algorithms.ECAlgorithm,
        "HS256": jwt.algorithms.HMACAlgorithm,
    }

    def decode(token, strict=True):
        key = KEYS[jwt.get_unverified_header(token)["kid"]]
        settings = {
            "issuer": FILE["issuer"],
            "leeway": FILE["clockToleranceSeconds"],
            "options": {"require": REQUIRED},
        }
        return jwt.decode(
            token,
            kinds[key["alg"]].from_jwk(json.dumps(key["jwk"])),
            algorithms=[key["alg"]],
            audience=FILE["audience"],
            **(settings if strict else {}),
        )

    return f"PyJWT {jwt.__version__}", decode, jwt.ExpiredSignatureError


def with_python_jose():
    import jose
    from jose import jwt

    jwt.datetime = Then

    def decode(token, strict=True):
        key = KEYS[jwt.get_unverified_header(token)["kid"]]
        required = {f"require_{name}": True for name in REQUIRED}
        settings = {
            "issuer": FILE["issuer"],
            "options": {"leeway": FILE["clockToleranceSeconds"], **required},
        }
        return jwt.decode(
            token,
            {**key["jwk"], "alg": key["alg"]},
            algorithms=[key["alg"]],
            audience=FILE["audience"],
            **(settings if strict else {}),
        )

    return f"python-jose {jose.__version__}", decode, jwt.ExpiredSignatureError


def verdict(decode, expired, token, strict=True):
    try:
        decode(token, strict)
        return "valid"
    except expired:
        return "expired"
    except Exception:  # A missing key raises KeyError, an infinite exp OverflowError: both refuse the token.
        return "invalid"


def main():
    held = faults = 0
    for library in (with_pyjwt, with_python_jose):
        try:
            name, decode, expired = library()
        except ImportError:
            continue
        rows = [row for row in FILE["vectors"] if row.get("python", True)]
        wrong = [(row, verdict(decode, expired, row["token"])) for row in rows]
        wrong += [(row, verdict(decode, expired, row["token"], strict=False)) for row in rows if row.get("otherKind")]
        wrong = [(row, said) for row, said in wrong if said != row["expected"]]
        for row, said in wrong:
            print(f"{name}: {row['name']}: {said}, not {row['expected']} ({row['why']})")
        lax = [row for row in FILE["vectors"] if row not in rows]
        taken = sum(verdict(decode, expired, row["token"]) == "valid" for row in lax)
        print(f"{name}: {len(rows) - len(wrong)} of {len(rows)} vectors hold; of {len(lax)} lax ones it takes {taken}")
        held += 1
        faults += len(wrong)
    if not held:
        print("neither PyJWT nor python-jose can be imported")
    return 1 if faults or not held else 0


if __name__ == "__main__":
    sys.exit(main())
