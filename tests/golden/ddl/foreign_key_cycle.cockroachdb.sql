CREATE TABLE employees (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  team UUID,
  boss UUID,
  CONSTRAINT employees_pkey PRIMARY KEY (id),
  CONSTRAINT employees_boss_fkey FOREIGN KEY (boss) REFERENCES employees (id)
);

CREATE TABLE badges (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  employee UUID,
  CONSTRAINT badges_pkey PRIMARY KEY (id),
  CONSTRAINT badges_employee_fkey FOREIGN KEY (employee) REFERENCES employees (id)
);

CREATE TABLE teams (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  lead UUID,
  CONSTRAINT teams_pkey PRIMARY KEY (id),
  CONSTRAINT teams_lead_fkey FOREIGN KEY (lead) REFERENCES employees (id)
);

ALTER TABLE employees ADD CONSTRAINT employees_team_fkey FOREIGN KEY (team) REFERENCES teams (id) ON DELETE SET NULL;
