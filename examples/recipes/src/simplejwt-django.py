import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line

ISSUER = os.environ.get("ISSUER", "https://accounts.example.com")
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY=os.urandom(32).hex(),
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    SIMPLE_JWT={
        "ALGORITHM": "RS256",
        "JWK_URL": f"{ISSUER}/.well-known/jwks.json",
        "ISSUER": ISSUER,
        "AUDIENCE": "shop",
        "USER_ID_CLAIM": "sub",
        "TOKEN_TYPE_CLAIM": "type",
    },
)

from django.urls import path  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.response import Response  # noqa: E402


@api_view()
def me(request):
    return Response({"username": request.auth["username"]})


urlpatterns = [path("me", me)]

if __name__ == "__main__":
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", f"127.0.0.1:{os.environ.get('PORT', '4000')}"])
