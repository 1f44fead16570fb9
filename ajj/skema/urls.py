from django.urls import URLPattern, URLResolver, path

from ajj.skema.views import catalogue, items, muk, tables

app_name = "skema"
ITEM = "muk/<int:pk>/butir"
urlpatterns: list[URLPattern | URLResolver] = [
    path("skema/", catalogue.index, name="index"),
    path("skema/<int:pk>/", catalogue.detail, name="detail"),
    path("skema/<int:pk>/muk/", muk.of_skema, name="muk_of"),
    path("skema/<int:pk>/muk/peta/", muk.coverage_map, name="muk_map"),
    path("muk/", muk.overview, name="muk_all"),
    path("muk/<int:pk>/", muk.builder, name="muk"),
    path("muk/<int:pk>/langkah/", muk.step, name="muk_step"),
    path(f"{ITEM}/baru/", items.add, name="butir_add"),
    path(f"{ITEM}/<int:butir>/", items.change, name="butir"),
    path(f"{ITEM}/<int:butir>/geser/", items.move, name="butir_move"),
    path(f"{ITEM}/<int:butir>/hapus/", items.delete, name="butir_delete"),
    path("muk/<int:pk>/impor/", tables.take_in, name="muk_import"),
    path("muk/<int:pk>/templat.xlsx", tables.template, name="muk_template"),
    path("muk/<int:pk>/butir.xlsx", tables.export, name="muk_export"),
]
