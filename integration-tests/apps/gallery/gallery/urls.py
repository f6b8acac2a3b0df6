from django.urls import path

from photos import views

urlpatterns = [
    path("", views.index),
    path("about/", views.about),
    path("upload/", views.upload),
]
