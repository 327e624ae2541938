drop table auth.catalog_fingerprint;
