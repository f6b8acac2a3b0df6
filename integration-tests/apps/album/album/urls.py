from django.urls import path
from pictures import views

urlpatterns = [path("", views.pictures), path("upload", views.upload)]
