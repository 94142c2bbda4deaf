from django.urls import path

from sites.boards import views

app_name = "boards"
urlpatterns = [
    path("boards/", views.boards, name="list"),
    path("boards/talk/<int:pk>/", views.topic, name="topic"),
    path("boards/talk/<int:pk>/answer/", views.answer, name="write-answer"),
    path("boards/post/<int:pk>/withdraw/", views.withdraw, name="write-withdraw"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("boards/<slug:slug>/new/", views.start, name="write-topic"),
]
