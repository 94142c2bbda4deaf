from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "sites.enquiries"
    label = "enquiries"
    verbose_name = "Enquiries"
    default_auto_field = "django.db.models.BigAutoField"
