from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "sites.frame.samples"
    label = "samples"
    verbose_name = "Sample data"
