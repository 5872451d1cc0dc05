import type { Num, Status } from './data';

/* What the program writes with --json and into its pages (docs/page_format.md): values, units and codes. Only what the pages read is
   listed; numbers that are missing or not finite are null. */

export interface Estimate {
  value: Num;
  low: Num;
  high: Num;
}
export interface Assumption {
  where?: string;
  text: string;
  status: Status;
  flag?: string;
}
export interface Reference {
  key: string;
  text: string;
}
export type Provenance = Record<string, string | number | null>;

export interface Quantity {
  what: string;
  label: string;
  unit: string;
  log_axis: boolean;
  detection_limit: Num;
}

/* ---- trials ---- */

export interface EndpointRow {
  endpoint: string;
  label: string;
  timed: boolean;
  better: 'higher' | 'lower';
  event: string | null;
  origin: string | null;
  competes: string | null;
  yes: number;
  words: string[];
}
export interface Steps {
  value: Num[];
  low: Num[];
  high: Num[];
}
export interface ArmEndpoint {
  endpoint: string;
  evaluable: number;
  curve?: { free?: Steps; event?: Steps; competing?: Steps; at_risk: number[] };
  codes?: ({ code: string } & Estimate)[];
  yes?: Estimate;
}
export interface TrialArm {
  arm: string;
  product: string | null;
  transplant: boolean;
  flow: {
    enrolled: number;
    infused: number;
    transplanted: number;
    left_out: number;
    dead: number;
    failed_numerically: number;
    /** each patient is in exactly one */
    leaves: {
      product: string;
      product_label: string;
      transplant: string;
      transplant_label: string;
      patients: number;
    }[];
  };
  deaths: { cause: string; label: string; patients: number; at_horizon: Estimate; incidence?: Steps }[];
  endpoints: ArmEndpoint[];
  facts: ({ fact: string; label: string; evaluable: number } & Estimate)[];
  peaks: { what: string; p10: Num; p90: Num; median_interval: Estimate; median_day: Estimate }[];
  cost: {
    unit: string;
    per: ({ per: string; label: string; patients: number } & Estimate)[];
    items_per_patient_followed: ({ item: string } & Estimate)[];
  };
  fans: { what: string; alive: number[]; p10: Num[]; median: Num[]; p90: Num[] }[];
  sampled: {
    patient: number;
    infusion_day: Num;
    remission_day: Num;
    transplant_day: Num;
    relapse_day: Num;
    death_day: Num;
  }[];
}
export type EstimandKind =
  | 'difference'
  | 'restricted_mean'
  | 'hazard_ratio'
  | 'cause_specific_hazard_ratio'
  | 'subdistribution_hazard_ratio';
export interface Estimand extends Estimate {
  arm: string;
  against: string;
  what: string;
  kind: EstimandKind;
  endpoint: string;
  at_day: number;
  no_difference: number;
  low_with_model_uncertainty: Num;
  high_with_model_uncertainty: Num;
}
export interface SubgroupRow extends Estimate {
  subgroup: string;
  group: string;
  patients: number;
  arm: string;
  against: string;
  what: string;
  of_arm?: Estimate;
  of_reference?: Estimate;
  interaction_p: Num;
}
export interface Trial {
  format: 'bridge7-trial/1';
  trial: string;
  question: string;
  population_title: string;
  patients: number;
  horizon_days: number;
  origin: 'enrolment' | 'infusion' | 'transplant';
  intention_to_treat: boolean;
  interval_level: number;
  endpoints: EndpointRow[];
  quantities: Quantity[];
  curve_days: number[];
  fan_days: number[];
  arms: TrialArm[];
  estimands: Estimand[];
  subgroups?: SubgroupRow[];
  assumptions: Assumption[];
  model_parameters: { all: number; assumed: number; tuned: number };
  references?: Reference[];
  provenance: Provenance;
}
