from django.apps import AppConfig


class MailingsConfig(AppConfig):
    name = "sites.appliance_shop.mailings"
    label = "mailings"
    verbose_name = "Mailings"
