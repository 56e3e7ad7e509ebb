import functools
import os
import time

import jwt
from flask import Flask, abort, jsonify, request

ISSUER = os.environ.get("ISSUER", "https://accounts.example.com")
client = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json")
app = Flask(__name__)


@functools.lru_cache(maxsize=1)
def read_keys(minute):
    """Reads the keys once a minute. PyJWKClient alone would also read them for each token with an unknown key."""
    return {key.key_id: key.key for key in client.get_signing_keys(refresh=True)}


def read_claims():
    """The claims of the request's access token. Any other request is a 401."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        abort(401)
    try:
        header = jwt.get_unverified_header(token)
        key = read_keys(int(time.time()) // 60).get(header.get("kid"))
        if header.get("typ") != "at+jwt" or not key:
            abort(401)
        return jwt.decode(
            token,
            key,
            algorithms=["RS256", "ES256"],
            audience="shop",
            issuer=ISSUER,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
    except jwt.InvalidTokenError:
        abort(401)


@app.get("/me")
def me():
    return jsonify(username=read_claims()["username"])


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ.get("PORT", "4000")))
