from sites.frame.serving import application_of

application = application_of("hardware_shop")
