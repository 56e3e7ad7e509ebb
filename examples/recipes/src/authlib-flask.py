import functools
import json
import os
import time
import urllib.request

from authlib.integrations.flask_oauth2 import ResourceProtector, current_token
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.jose.errors import JoseError
from authlib.oauth2.rfc7523 import JWTBearerToken, JWTBearerTokenValidator
from flask import Flask, jsonify

ISSUER = os.environ.get("ISSUER", "https://accounts.example.com")
RULES = {
    "iss": {"essential": True, "value": ISSUER},
    "aud": {"essential": True, "value": "shop"},
    "exp": {"essential": True},
    "sub": {"essential": True},
}
decoder = JsonWebToken(["RS256", "ES256"])


@functools.lru_cache(maxsize=1)
def read_keys(minute):
    """Reads the keys once a minute, so that the service knows a new key before it signs."""
    with urllib.request.urlopen(f"{ISSUER}/.well-known/jwks.json", timeout=5) as answer:
        return JsonWebKey.import_key_set(json.load(answer))


def find_key(header, claims):
    return read_keys(int(time.time()) // 60).find_by_kid(header.get("kid"))


class AccessTokenValidator(JWTBearerTokenValidator):
    def authenticate_token(self, token_string):
        try:
            claims = decoder.decode(token_string, find_key, JWTBearerToken, RULES)
            claims.validate()
        except (JoseError, ValueError):
            return None
        return claims if claims.header.get("typ") == "at+jwt" else None


require_auth = ResourceProtector()
require_auth.register_token_validator(AccessTokenValidator(find_key))
app = Flask(__name__)


@app.get("/me")
@require_auth()
def me():
    return jsonify(username=current_token["username"])


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ.get("PORT", "4000")))
