import functools
import os
import time

import jwt
from flask import Flask, abort, jsonify
from flask_jwt_extended import JWTManager, get_jwt, jwt_required

ISSUER = os.environ.get("ISSUER", "https://accounts.example.com")
client = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json")
app = Flask(__name__)
app.config["JWT_ALGORITHM"] = "RS256"
app.config["JWT_DECODE_ALGORITHMS"] = ["RS256", "ES256"]
app.config["JWT_DECODE_AUDIENCE"] = "shop"
app.config["JWT_DECODE_ISSUER"] = ISSUER
manager = JWTManager(app)


@functools.lru_cache(maxsize=1)
def read_keys(minute):
    """Reads the keys once a minute. PyJWKClient alone would also read them for each token with an unknown key."""
    return {key.key_id: key.key for key in client.get_signing_keys(refresh=True)}


@manager.decode_key_loader
def find_key(header, claims):
    key = read_keys(int(time.time()) // 60).get(header.get("kid"))
    if header.get("typ") != "at+jwt" or not key:
        raise jwt.InvalidTokenError("This is not an access token of Latchkey.")
    return key


@manager.invalid_token_loader
def refuse(reason):
    """The default is 422."""
    return jsonify(msg=reason), 401


@app.get("/me")
@jwt_required()
def me():
    return jsonify(username=get_jwt()["username"])


@app.post("/orders")
@jwt_required()
def order():
    # Instead of `fresh=True`: the user signed in during the last five minutes.
    if time.time() - get_jwt()["auth_time"] > 300:
        abort(401)
    return jsonify(username=get_jwt()["username"])


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ.get("PORT", "4000")))
