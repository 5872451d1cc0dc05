/** The data of a page, as docs/page_format.md describes it. A number that is missing or not finite is null. */

export type Status = 'stated' | 'derived' | 'ambiguous' | 'assumed';
export type Num = number | null;

export interface Anchor {
  id: string;
  label: string;
  short: string;
  day: number;
}
export interface Phase {
  label: string;
  start_day: number;
  end_day: number;
  kind?: string;
}
export interface Card {
  label: string;
  /** in words; without it the recorded value stands here, the simulated one in the note */
  value?: string;
  note?: string;
  unit?: string;
  recorded?: Num;
  simulated?: Num;
  low?: Num;
  high?: Num;
  state?: 'good' | 'warn' | 'plain';
}

export interface Bar {
  lane: string;
  label: string;
  drug?: string;
  course?: number;
  dose?: string;
  start_day: number;
  end_day: number;
  status?: Status;
  flag?: string;
  note?: string;
}
export interface Mark {
  t: number;
  label: string;
  kind: 'recorded' | 'simulated';
  note?: string;
  status?: Status;
  flag?: string;
}

export interface Series {
  name: string;
  label: string;
  unit?: string;
  t?: number[];
  median?: Num[];
  low?: Num[];
  high?: Num[];
  typical?: Num[];
  step?: boolean;
  /** patients behind the values */
  alive?: number[];
}
export interface Recorded {
  t: number;
  series?: string;
  label?: string;
  value?: Num;
  below?: Num;
  above?: Num;
  status?: Status;
  flag?: string;
  note?: string;
}
export interface Panel {
  id: string;
  group?: string;
  title: string;
  unit: string;
  axis: 'log' | 'linear';
  range?: [Num, Num];
  detection_limit?: Num;
  note?: string;
  t?: number[];
  ticks?: { value: number; label: string }[];
  series: Series[];
  recorded?: Recorded[];
  thresholds?: { value: number; label: string }[];
}
export interface ArmSeries {
  panel: string;
  series: string;
  t?: number[];
  median: Num[];
}
/** One value that another reading changes; `limit`: below it an assay finds nothing. */
export interface ArmRow extends Bounds {
  what: string;
  day?: number;
  unit?: string;
  kind?: ComparisonKind;
  limit?: Num;
  value: Num;
  value_never?: boolean;
  base?: Num;
  base_never?: boolean;
}
export interface Arm {
  id: string;
  label: string;
  note?: string;
  flag?: string;
  series?: ArmSeries[];
  rows?: ArmRow[];
}

/** What was recorded: a value, or one bound of it. */
export interface Bounds {
  recorded?: Num;
  below?: Num;
  above?: Num;
}
export type ComparisonKind = 'value' | 'day' | 'grade' | 'event';
/** Events are days from day 0; `..._never`: not in the simulated time. */
export interface Comparison extends Bounds {
  what: string;
  label?: string;
  unit?: string;
  kind?: ComparisonKind;
  day: number;
  simulated: Num;
  low: Num;
  high: Num;
  simulated_never?: boolean;
  low_never?: boolean;
  high_never?: boolean;
  /** of the virtual patients, by the recorded day */
  share?: Num;
  /** the visit before: what was seen happened since then */
  after?: Num;
  inside: boolean | null;
  status?: Status;
  flag?: string;
  note?: string;
}
export interface Happened {
  t: number;
  what: string;
  rule?: string;
  kind?: string;
  detail?: string;
}
export interface Verdict {
  endpoint: string;
  grade: string;
  day?: Num;
  rule?: string;
  reason?: string;
  citation?: string;
  missing?: string;
  source?: string;
  state?: 'good' | 'warn' | 'plain';
}

export interface Band {
  t: number[];
  value: Num[];
  low?: Num[];
  high?: Num[];
}
export interface CurveArm extends Band {
  arm: string;
  censored?: number[];
  note?: string;
  cause?: string;
  /** among the arms of the page: colour and line */
  place?: number;
}
export interface Curves {
  id: string;
  title: string;
  y_label?: string;
  x_label?: string;
  note?: string;
  arms: CurveArm[];
  risk?: { times: number[]; rows: { arm: string; at_risk: number[] }[] };
}
export interface ForestRow {
  label: string;
  group?: string;
  value: Num;
  low: Num;
  high: Num;
  weight?: Num;
  wide_low?: Num;
  wide_high?: Num;
  published?: Num;
  published_low?: Num;
  published_high?: Num;
  inside?: boolean | null;
  use?: 'calibration' | 'prediction';
  note?: string;
}
export interface Forest {
  id: string;
  title: string;
  unit: string;
  axis?: 'log' | 'linear';
  null_value?: Num;
  favours?: [string, string];
  rows: ForestRow[];
  note?: string;
}
export interface SwimmerPatient {
  id: string;
  arm?: string;
  end_day: number;
  alive: boolean;
  spans: { state: string; start_day: number; end_day: number }[];
  marks?: { t: number; kind: string }[];
}
export interface Swimmer {
  id: string;
  title: string;
  patients: SwimmerPatient[];
  note?: string;
}
export interface FlowNode {
  id: string;
  label: string;
  n: number;
  detail?: string;
  lost?: { label: string; n: number }[];
  next?: string[];
}
export interface Flow {
  title: string;
  nodes: FlowNode[];
  note?: string;
}
export interface BarsChart {
  id: string;
  title: string;
  unit: string;
  levels: string[];
  tone?: 'good' | 'bad' | 'kinds';
  note?: string;
  rows: { label: string; arm?: string; values: number[] }[];
}

export interface Table {
  id: string;
  title: string;
  note?: string;
  columns: { name: string; unit?: string; number?: boolean }[];
  rows: (string | Num)[][];
}

export type StartOrigin = 'recorded' | 'calibrated' | 'drawn' | 'drawn_by_model';
/** Where the patient of a replay starts: recorded, calibrated and drawn values. */
export interface Start {
  population: string;
  title: string;
  why: string;
  drawn_by_model: number;
  values: {
    label: string;
    unit: string;
    origin: StartOrigin;
    typical: Num;
    low: Num;
    high: Num;
    basis?: string;
  }[];
}

/** What the trial asked, first on its page: a line a question, and arms by question. */
export interface Answer {
  lines: { about: string; text: string }[];
  note: string;
  columns: { title: string; unit: string }[];
  rows: {
    label: string;
    cells: { value: string; share: Num; note: string; state?: 'better' | 'worse' | 'open' }[];
  }[];
}

/** What is drawn. Made from what the program writes by trial_page.ts and its like, or given as it is (`bridge7-page/1`). */
export interface Page {
  kind?: 'replay' | 'assess' | 'trial' | 'validation' | 'calibration';
  meta: {
    title: string;
    subtitle?: string;
    citation?: string;
    consent?: string;
    notice: string;
    fixture?: boolean;
  };
  provenance?: { name: string; value: string }[];
  statistics?: { name: string; value: string | number; unit?: string }[];
  day0?: string;
  t?: number[];
  interval_percent?: number;
  anchors?: Anchor[];
  phases?: Phase[];
  cards?: Card[];
  answer?: Answer;
  start?: Start;
  /** virtual patients around this one: the band is of those alive at each time */
  band?: { patients: number; died: number; alive: number[] };
  timeline?: { bars: Bar[]; marks?: Mark[] };
  /** below so many a quantile is not drawn */
  least_patients?: number;
  panels?: Panel[];
  arms?: Arm[];
  comparison?: Comparison[];
  events?: Happened[];
  verdicts?: Verdict[];
  flow?: Flow;
  km?: Curves[];
  cif?: Curves[];
  forest?: Forest[];
  subgroups?: Forest[];
  costs?: Forest[];
  cost_items?: BarsChart[];
  validation?: Forest[];
  swimmer?: Swimmer[];
  bars?: BarsChart[];
  tables?: Table[];
  assumptions?: { where?: string; text: string; status: Status; flag?: string }[];
  parameters?: {
    name: string;
    label?: string;
    value: Num;
    unit: string;
    spread?: string;
    source?: string;
    status?: string;
    why?: string;
  }[];
  references?: { key: string; text: string }[];
}
