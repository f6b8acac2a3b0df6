from django.http import HttpResponse
from django.shortcuts import render

from .models import Picture


def pictures(request):
    return render(request, "pictures/list.html", {"pictures": Picture.objects.order_by("id")})


def upload(request):
    Picture.objects.create(file=request.FILES["file"])
    return HttpResponse("stored\n")
