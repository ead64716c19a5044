CREATE TABLE public.s (
	id UUID NOT NULL DEFAULT gen_random_uuid(),
	country STRING NOT NULL,
	region public.crdb_internal_region NOT NULL AS (CASE WHEN country IN ('US':::STRING,) THEN 'us-east-1':::public.crdb_internal_region ELSE 'ca-central-1':::public.crdb_internal_region END) STORED,
	CONSTRAINT "primary" PRIMARY KEY (id ASC),
	FAMILY fam_0_country_region_id (country, region, id)
) LOCALITY REGIONAL BY ROW AS region
