{% load django_vite %}importScripts("{% vite_asset_url 'src/offline/worker.ts' %}");
