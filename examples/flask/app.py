"""The app of the Flask tutorials. Latchkey has the accounts: people sign in there, and the API trusts its access tokens."""

import functools
import os
import time

import jwt
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, redirect, render_template_string, request, session, url_for
from flask_jwt_extended import JWTManager, get_jwt, jwt_required

ISSUER = os.environ.get("ISSUER", "http://localhost:5173")
AUDIENCE = os.environ.get("AUDIENCE", "flask-shop")

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY") or os.urandom(32)
app.config["SESSION_COOKIE_NAME"] = "flask_shop"
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
carts = {}

# The API: @jwt_required() as in the tutorials. Only the key comes from Latchkey.
app.config["JWT_ALGORITHM"] = "RS256"
app.config["JWT_DECODE_ALGORITHMS"] = ["RS256", "ES256"]
app.config["JWT_DECODE_AUDIENCE"] = AUDIENCE
app.config["JWT_DECODE_ISSUER"] = ISSUER
manager = JWTManager(app)
keys = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json")


@functools.lru_cache(maxsize=1)
def read_keys(minute):
    """Reads the keys once a minute. PyJWKClient alone would also read them for each token with an unknown key."""
    return {key.key_id: key.key for key in keys.get_signing_keys(refresh=True)}


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


@app.get("/get_name")
@jwt_required()
def get_name():
    return jsonify(name=get_jwt()["username"])


@app.route("/api/cart", methods=["GET", "PUT"])
@jwt_required()
def api_cart():
    owner = get_jwt()["sub"]
    if request.method == "PUT":
        carts[owner] = [str(item) for item in request.get_json()["items"]]
    return jsonify(items=carts.get(owner, []))


# The pages: people sign in by redirect. Flask's session remembers who they are.
latchkey = OAuth(app).register(
    "latchkey",
    client_id=os.environ.get("CLIENT_ID"),
    client_secret=os.environ.get("CLIENT_SECRET"),
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
)

PAGE = """<!doctype html>
<html lang="en"><meta name="viewport" content="width=device-width"><title>Flask shop</title>
<h1>Flask shop</h1>
{% if user %}
<p>Hello, {{ user.name }}.</p>
<p>{{ cart | join(", ") or "Your cart is empty." }}</p>
<form method="post" action="/add-tea"><button>Add tea</button></form>
<form method="post" action="/logout"><button>Sign out</button></form>
{% else %}
<p><a href="/login">Sign in</a></p>
{% endif %}
</html>"""


@app.get("/")
def home():
    user = session.get("user")
    return render_template_string(PAGE, user=user, cart=carts.get(user["sub"], []) if user else [])


@app.get("/login")
def login():
    return latchkey.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    try:
        user = latchkey.authorize_access_token()["userinfo"]
    except OAuthError as error:
        return render_template_string("<p>You were not signed in: {{ e }}</p>", e=error.description), 401
    session["user"] = {"sub": user["sub"], "name": user["name"]}
    return redirect("/")


@app.post("/add-tea")
def add_tea():
    user = session.get("user")
    if user:
        carts.setdefault(user["sub"], []).append("tea")
    return redirect("/")


@app.post("/logout")
def logout():
    session.clear()
    return redirect("/")


if __name__ == "__main__":
    app.run("localhost", int(os.environ.get("PORT", "5000")))
