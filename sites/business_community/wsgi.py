from sites.frame.serving import application_of

application = application_of("business_community")
