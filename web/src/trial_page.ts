import type {
  Answer,
  BarsChart,
  Curves,
  Flow,
  Forest,
  ForestRow,
  Num,
  Page,
  Panel,
  Swimmer,
  Table,
} from './data';
import { fixed, interval, number, printedUnits, unitText } from './format';
import type {
  ArmEndpoint,
  EndpointRow,
  Estimand,
  EstimandKind,
  Estimate,
  Steps,
  SubgroupRow,
  Trial,
  TrialArm,
} from './program';

/* A trial, as the program writes it, in the words, numbers and order of its page. */

/** Bands of more arms would hide each other. */
const bandsMost = 4;
const riskTimesMost = 7;
const subgroupForestsMost = 6;
const swimmersMost = 40;
const fanPatientsLeast = 10;
const linesMost = 4;

const forests: Record<EstimandKind, { title: string; unit: string; scale: number }> = {
  difference: { title: 'Differences of shares', unit: 'percentage points', scale: 100 },
  restricted_mean: { title: 'Differences of mean event-free time', unit: 'days', scale: 1 },
  hazard_ratio: { title: 'Hazard ratios', unit: 'hazard ratio', scale: 1 },
  cause_specific_hazard_ratio: {
    title: 'Cause-specific hazard ratios',
    unit: 'cause-specific hazard ratio',
    scale: 1,
  },
  subdistribution_hazard_ratio: {
    title: 'Subdistribution hazard ratios (Fine and Gray)',
    unit: 'subdistribution hazard ratio',
    scale: 1,
  },
};
const isRatio = (kind: EstimandKind) => kind !== 'difference' && kind !== 'restricted_mean';
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const scaled = (e: Estimate, scale: number): Estimate => ({
  value: e.value === null ? null : scale * e.value,
  low: e.low === null ? null : scale * e.low,
  high: e.high === null ? null : scale * e.high,
});
const known = (e: Estimate | undefined): e is Estimate & { value: number } => typeof e?.value === 'number';
/** "46 % (38 to 54)" */
const percent = (e: Estimate | undefined) => {
  if (!known(e)) return '–';
  const [value, rest] = interval(scaled(e, 100)).split(' (');
  return `${value} %${rest ? ` (${rest}` : ''}`;
};

class TrialWords {
  private readonly rows: Map<string, EndpointRow>;
  constructor(readonly trial: Trial) {
    this.rows = new Map(trial.endpoints.map((row) => [row.endpoint, row]));
  }
  row(endpoint: string): EndpointRow {
    return this.rows.get(endpoint)!;
  }
  /** What counts as yes when a graded endpoint is asked for a share: "3 or more", "negative", "CRi or better". */
  yes(row: EndpointRow): string {
    const first = row.words[row.yes];
    if (/^mrd/.test(row.endpoint)) return 'negative';
    if (row.words.includes('never below')) return 'reached, or never below';
    if (row.endpoint === 'graft_failure') return 'any';
    if (row.yes === row.words.length - 1) return first;
    return `${first} or ${row.better === 'lower' ? 'more' : 'better'}`;
  }
  /** "overall survival, day 730": what an estimand is about. */
  about(estimand: Pick<Estimand, 'endpoint' | 'kind' | 'at_day'>): string {
    const row = this.row(estimand.endpoint);
    if (!row.timed) return `${row.label}: ${this.yes(row)}`;
    if (isRatio(estimand.kind)) return row.label;
    return `${row.label}, ${estimand.kind === 'restricted_mean' ? 'to day' : 'day'} ${number(estimand.at_day)}`;
  }
  /** The share with "yes", or free of the event (with the event where something competes) at a day. */
  inArm(arm: TrialArm, endpoint: string, day: number): Estimate | undefined {
    const found = arm.endpoints.find((one) => one.endpoint === endpoint);
    if (!found || found.evaluable === 0) return undefined;
    if (found.yes) return found.yes;
    const steps = found.curve?.free ?? found.curve?.event;
    if (!steps) return undefined;
    const at = this.trial.curve_days.filter((d) => d <= day).length - 1;
    return at < 0 ? undefined : { value: steps.value[at], low: steps.low[at], high: steps.high[at] };
  }
}

/* ---- the answer ---- */

/** Whether an arm is told from its reference, and which way. */
function verdict(words: TrialWords, estimand: Estimand): 'better' | 'worse' | 'open' {
  const { low, high, no_difference: none } = estimand;
  if (low === null || high === null || (low <= none && high >= none)) return 'open';
  const row = words.row(estimand.endpoint);
  // a survival is a share without the event; a ratio counts events
  const more = row.timed ? !row.competes && !isRatio(estimand.kind) : row.better === 'higher';
  return low > none === more ? 'better' : 'worse';
}

const sameQuestion = (a: Estimand, b: Estimand) =>
  a.kind === b.kind && a.endpoint === b.endpoint && a.at_day === b.at_day;

/** "overall survival, day 730: 16 % (11 to 22) with no transplant; best with day 45, 54 % (46 to 62). All 6 other arms are better." */
function answerLine(words: TrialWords, question: Estimand): { about: string; text: string } {
  const { trial } = words;
  const same = trial.estimands.filter((one) => sameQuestion(one, question) && one.value !== null);
  const count = (state: string) => same.filter((one) => verdict(words, one) === state).length;
  const [better, worse, open] = [count('better'), count('worse'), count('open')];
  const row = words.row(question.endpoint);
  const up = row.timed ? !row.competes : row.better === 'higher';
  const own = trial.arms
    .map((arm) => ({ arm: arm.arm, e: words.inArm(arm, question.endpoint, question.at_day) }))
    .filter((one): one is { arm: string; e: Estimate & { value: number } } => known(one.e));
  const reference = own.find((one) => one.arm === question.against);
  const [best] = [...own].sort((a, b) => (up ? b.e.value - a.e.value : a.e.value - b.e.value));
  const all = same.length;
  const told =
    open === all
      ? `No ${all > 1 ? 'arm' : 'difference'} can be told ${all > 1 ? 'apart from it' : ''} with ${trial.patients.toLocaleString('en')} patients.`
      : [
          better ? `${better === all && all > 1 ? `All ${all}` : better} of the other arms better` : '',
          worse ? `${worse} worse` : '',
          open ? `${open} not told apart` : '',
        ]
          .filter(Boolean)
          .join(', ')
          .replace(/^All (\d+) of the other arms/, 'all $1 other arms')
          .replace(
            /^1 of the other arms better/,
            all === 1 ? 'the other arm is better' : '1 of the other arms better',
          )
          .replace(/^1 worse$/, all === 1 ? 'the other arm is worse' : '1 of the other arms worse') + '.';
  const first = reference ? `${percent(reference.e)} with ${reference.arm}` : '';
  const top =
    best && best !== reference ? `${up ? 'highest' : 'lowest'} with ${best.arm}, ${percent(best.e)}` : '';
  const head = [first, top].filter(Boolean).join('; ');
  return { about: sentence(words.about(question)), text: `${head}. ${sentence(told)}` };
}

const conclusions = {
  better: 'Better; the interval excludes no difference',
  worse: 'Worse; the interval excludes no difference',
  open: 'This may be chance; the interval includes no difference',
};

/** The contrast that the trial asks first, in one sentence with its interval. */
function primaryLine(words: TrialWords): { about: string; text: string } | undefined {
  const { trial } = words;
  const one = trial.estimands[0];
  if (!one || !known(one)) return undefined;
  const ratio = isRatio(one.kind);
  const { scale, unit } = forests[one.kind];
  const effect = interval(scaled(one, scale), ratio);
  const signed = !ratio && one.value > 0 ? `+${effect}` : effect;
  const own = (name: string) => {
    const arm = trial.arms.find((a) => a.arm === name);
    return arm && one.kind === 'difference' ? words.inArm(arm, one.endpoint, one.at_day) : undefined;
  };
  const [mine, theirs] = [own(one.arm), own(one.against)];
  const shares = known(mine) && known(theirs) ? `, ${percent(mine)} against ${percent(theirs)}` : '';
  const size = ratio ? `${unit} ${signed}` : signed.replace(/^([^ ]+)/, `$1 ${unit}`);
  return {
    about: `${sentence(one.arm)} against ${one.against}`,
    text: `${words.about(one)}: ${size}${shares}. ${conclusions[verdict(words, one)]}.`,
  };
}

const judged = { better: 'better', worse: 'worse', open: 'may be chance' };

/** Arms by what was asked: the arm's own value, and its difference from the reference below. */
function answer(words: TrialWords): Answer | undefined {
  const { trial } = words;
  const asked: Estimand[] = [];
  for (const one of trial.estimands)
    if (!asked.some((a) => a.kind === one.kind && a.endpoint === one.endpoint && a.at_day === one.at_day))
      asked.push(one);
  if (!asked.length) return undefined;
  const cell = (arm: TrialArm, ask: Estimand) => {
    const own = ask.kind === 'difference' ? words.inArm(arm, ask.endpoint, ask.at_day) : undefined;
    const against = trial.estimands.find((one) => one.arm === arm.arm && sameQuestion(one, ask));
    const effect =
      against && known(against) ? interval(scaled(against, forests[ask.kind].scale), isRatio(ask.kind)) : '';
    const signed = against && !isRatio(ask.kind) && (against.value ?? 0) > 0 ? `+${effect}` : effect;
    return {
      value: own ? percent(own) : signed || (arm.arm === ask.against ? 'reference' : '–'),
      share: own?.value ?? null,
      note: own
        ? signed || (arm.arm === ask.against ? 'reference' : '')
        : against && known(against)
          ? judged[verdict(words, against)]
          : '',
      state: against && known(against) ? verdict(words, against) : undefined,
    };
  };
  return {
    lines: [
      ...[primaryLine(words)].flatMap((line) => line ?? []),
      // with two arms the contrasts below say the same
      ...(trial.arms.length > 2
        ? asked
            .filter((one) => one.kind === 'difference')
            .slice(0, linesMost)
            .map((one) => answerLine(words, one))
        : []),
    ],
    note: `Each cell: the arm's own value with its ${fixed(100 * trial.interval_level, 0)} % interval, below it the difference from the reference arm (▲ better, ▼ worse, no sign: the interval holds “no difference”). The same virtual patients are in every arm.`,
    columns: asked.map((ask) => ({
      title: words.about(ask),
      unit: ask.kind === 'difference' ? '% of patients' : `${forests[ask.kind].unit} against reference`,
    })),
    rows: trial.arms.map((arm) => ({ label: arm.arm, cells: asked.map((ask) => cell(arm, ask)) })),
  };
}

/* ---- patients ---- */

type Leaf = TrialArm['flow']['leaves'][number];

/** What is said of patients who go no further; their number. */
function lost(leaves: Leaf[], label: (leaf: Leaf) => string) {
  return leaves.map((leaf) => ({ label: label(leaf), n: leaf.patients }));
}

function flow(trial: Trial): Flow {
  const nodes: Flow['nodes'] = [];
  trial.arms.forEach((arm, k) => {
    const { flow: f } = arm;
    const id = (step: string) => `arm${k + 1}_${step}`;
    const followed = f.enrolled - f.failed_numerically - f.left_out;
    const afterInfusion = arm.transplant ? id('transplanted') : id('alive');
    const onTheWay = (leaf: Leaf) => leaf.product === 'infused' || leaf.product === 'no_product_planned';
    const both = (leaf: Leaf) =>
      leaf.transplant === 'no_transplant_planned'
        ? leaf.product_label
        : `${leaf.product_label}, ${leaf.transplant_label}`;
    const without = f.leaves.filter((leaf) => !onTheWay(leaf));
    const stopped = f.leaves.filter(
      (leaf) => onTheWay(leaf) && arm.transplant && leaf.transplant !== 'transplanted',
    );
    nodes.push({
      id: id('enrolled'),
      label: arm.arm,
      n: f.enrolled,
      next: [arm.product ? id('infused') : afterInfusion],
      lost: lost(without, both).concat(arm.product ? [] : lost(stopped, (leaf) => leaf.transplant_label)),
    });
    if (arm.product)
      nodes.push({
        id: id('infused'),
        label: 'infused',
        n: f.infused,
        next: [afterInfusion],
        lost: lost(stopped, (leaf) => leaf.transplant_label),
      });
    if (arm.transplant)
      nodes.push({ id: id('transplanted'), label: 'transplanted', n: f.transplanted, next: [id('alive')] });
    nodes.push({
      id: id('alive'),
      label: `alive on day ${trial.horizon_days}, of all who were followed`,
      n: followed - f.dead,
      lost: arm.deaths
        .filter((death) => death.patients > 0)
        .map((death) => ({ label: `died of ${death.label}`, n: death.patients })),
    });
  });
  return {
    title: 'From enrolment to the end of follow-up',
    note: 'The same virtual patients enter every arm.',
    nodes: [
      {
        id: 'virtual',
        label: 'virtual patients',
        n: trial.patients,
        detail: trial.population_title,
        next: trial.arms.map((_, k) => `arm${k + 1}_enrolled`),
      },
      ...nodes,
    ],
  };
}

function swimmers(trial: Trial): Swimmer[] {
  const shown = Math.max(8, Math.floor(swimmersMost / trial.arms.length));
  const before = (day: Num, at: number) => day !== null && day <= at;
  return trial.arms.flatMap((arm, k) => {
    const state = (p: TrialArm['sampled'][number], day: number) =>
      before(p.relapse_day, day)
        ? 'relapse'
        : before(p.transplant_day, day)
          ? 'after transplant'
          : before(p.remission_day, day)
            ? 'remission'
            : before(p.infusion_day, day)
              ? 'after infusion'
              : arm.product
                ? 'waiting'
                : 'treatment';
    const patients = arm.sampled
      .filter((p) => p.patient <= shown)
      .map((p) => {
        const end = p.death_day ?? trial.horizon_days;
        const changes = [0, p.infusion_day, p.remission_day, p.transplant_day, p.relapse_day]
          .filter((day): day is number => day !== null && day >= 0 && day < end)
          .sort((a, b) => a - b)
          .filter((day, i, all) => i === 0 || day > all[i - 1]);
        const marks: [string, Num][] = [
          ['infusion', p.infusion_day],
          ['transplant', p.transplant_day],
          ['relapse', p.relapse_day],
          ['death', p.death_day],
        ];
        return {
          id: String(p.patient),
          end_day: end,
          alive: p.death_day === null,
          spans: changes.map((from, i) => ({
            state: state(p, from),
            start_day: from,
            end_day: changes[i + 1] ?? end,
          })),
          marks: marks.flatMap(([kind, t]) => (t === null ? [] : [{ kind, t }])),
        };
      });
    if (!patients.length) return [];
    return [
      {
        id: `swimmer_arm${k + 1}`,
        title: arm.arm,
        patients,
        note:
          k === 0
            ? 'The first virtual patients of the draw, by number; the same number is the same patient in every arm.'
            : undefined,
      },
    ];
  });
}

/* ---- curves ---- */

/** The horizon in a few steps of whole weeks, months, quarters or years. */
function riskTimes(horizon: number): number[] {
  const step = [7, 14, 30, 60, 90, 180, 365, 730].find((days) => horizon / days < riskTimesMost) ?? horizon;
  return Array.from({ length: Math.floor(horizon / step) + 1 }, (_, i) => i * step);
}

function curves(trial: Trial, row: EndpointRow): Curves | null {
  const own = trial.arms.flatMap((arm, place) => {
    const endpoint = arm.endpoints.find((one) => one.endpoint === row.endpoint);
    return endpoint?.curve && endpoint.evaluable > 0 ? [{ arm: arm.arm, place, endpoint }] : [];
  });
  if (!own.length) return null;
  const bands = trial.arms.length <= bandsMost;
  const asked = (name: string) => trial.endpoints.some((one) => one.endpoint === name);
  // an incidence also shows what competes, unless the other one is asked for as well
  const both = row.competes !== null && !(asked('cir') && asked('nrm'));
  const line = (arm: string, place: number | undefined, cause: string | undefined, steps: Steps) => ({
    arm,
    place,
    cause,
    t: trial.curve_days,
    value: steps.value,
    ...(bands ? { low: steps.low, high: steps.high } : {}),
  });
  const times = riskTimes(trial.horizon_days);
  const at = (endpoint: ArmEndpoint, day: number) =>
    endpoint.curve!.at_risk[Math.max(0, trial.curve_days.filter((d) => d <= day).length - 1)];
  return {
    id: row.endpoint,
    title: row.label,
    x_label: `days from ${row.origin ?? trial.origin}`,
    note: bands
      ? `Bands: ${fixed(100 * trial.interval_level, 0)} % intervals for the chance between virtual patients.`
      : 'Without bands, which would hide each other; intervals of differences stand below.',
    arms: own.flatMap(({ arm, place, endpoint }) => {
      const { free, event, competing } = endpoint.curve!;
      if (free) return [line(arm, place, undefined, free)];
      const main = line(arm, both ? undefined : place, both ? (row.event ?? undefined) : undefined, event!);
      return both && competing ? [main, line(arm, undefined, row.competes!, competing)] : [main];
    }),
    risk: {
      times,
      rows: own.map(({ arm, endpoint }) => ({ arm, at_risk: times.map((day) => at(endpoint, day)) })),
    },
  };
}

const everyCurve = (trial: Trial, competing: boolean) =>
  trial.endpoints
    .filter((row) => row.timed && (row.competes !== null) === competing)
    .flatMap((row) => curves(trial, row) ?? []);

/** Lines of the living: medians and middle 80 % of those alive on the day. */
function fans(trial: Trial): Panel[] {
  const bands = trial.arms.length <= bandsMost;
  const whats = trial.arms[0]?.fans.map((fan) => fan.what) ?? [];
  return whats.map((what) => {
    const quantity = trial.quantities.find((one) => one.what === what)!;
    return {
      id: `fan_${what}`,
      title: quantity.label,
      unit: printedUnits(unitText(quantity.unit)),
      axis: quantity.log_axis ? 'log' : 'linear',
      detection_limit: quantity.detection_limit,
      note: `Survivors only: on each day the patients still alive, so a line can improve because the sickest have died. Alive on day ${trial.fan_days[trial.fan_days.length - 1]}: ${trial.arms
        .map(
          (arm) =>
            `${arm.arm} ${(arm.fans.find((fan) => fan.what === what)?.alive.at(-1) ?? 0).toLocaleString('en')}`,
        )
        .join(', ')} of ${trial.patients.toLocaleString('en')}.`,
      series: trial.arms.map((arm, k) => {
        const fan = arm.fans.find((one) => one.what === what)!;
        return {
          name: `arm${k + 1}`,
          label: arm.arm,
          median: fan.median,
          alive: fan.alive,
          ...(bands ? { low: fan.p10, high: fan.p90 } : {}),
        };
      }),
    };
  });
}

/* ---- effects ---- */

function effectRow(estimand: Estimand, words: TrialWords): ForestRow {
  const { scale } = forests[estimand.kind];
  const wide = { low: estimand.low_with_model_uncertainty, high: estimand.high_with_model_uncertainty };
  return {
    group: `${words.about(estimand)}, against ${estimand.against}`,
    label: estimand.arm,
    ...scaled(estimand, scale),
    ...(wide.low !== null && wide.high !== null
      ? { wide_low: scale * wide.low, wide_high: scale * wide.high }
      : {}),
  };
}

function effects(words: TrialWords): Forest[] {
  return (Object.keys(forests) as EstimandKind[]).flatMap((kind) => {
    const rows = words.trial.estimands.filter((one) => one.kind === kind && one.value !== null);
    if (!rows.length) return [];
    const ratio = isRatio(kind);
    return [
      {
        id: kind,
        title: forests[kind].title,
        unit: forests[kind].unit,
        axis: ratio ? 'log' : 'linear',
        null_value: ratio ? 1 : 0,
        note: ratio
          ? "Cox regression, or Fine and Gray's, on whole days; below 1 the arm has fewer events than its reference."
          : 'Arm minus reference, the same virtual patients in both.',
        rows: rows.map((one) => effectRow(one, words)),
      },
    ];
  });
}

const sameEffect = (row: SubgroupRow, all: Estimand) => row.what === all.what && row.arm === all.arm;

function subgroupHead(row: SubgroupRow): string {
  const p = row.interaction_p;
  if (p === null) return row.subgroup;
  return `${row.subgroup} (interaction p ${p < 0.001 ? '< 0.001' : `= ${Number(p.toPrecision(2))}`})`;
}

/** Every subgroup of one estimand and arm, the whole population on top. */
function subgroups(words: TrialWords): Forest[] {
  const { trial } = words;
  if (!trial.subgroups?.length) return [];
  return trial.estimands
    .map((all, place) => ({ all, place }))
    .filter(({ all }) => all.value !== null)
    .slice(0, subgroupForestsMost)
    .map(({ all, place }) => {
      const { scale, unit } = forests[all.kind];
      return {
        id: `subgroups${place + 1}`,
        title: `${words.about(all)}: ${all.arm} against ${all.against}`,
        unit,
        axis: isRatio(all.kind) ? ('log' as const) : ('linear' as const),
        null_value: all.no_difference,
        note: `Arm against reference among patients who are alike at enrolment, their number behind the group; ${fixed(100 * trial.interval_level, 0)} % intervals. Every effect stands in the table of subgroups.`,
        rows: [
          { label: `all ${trial.patients} patients`, ...scaled(all, scale), weight: 1 },
          ...trial
            .subgroups!.filter((row) => sameEffect(row, all) && row.value !== null)
            .map((row) => ({
              group: subgroupHead(row),
              label: `${row.group}, ${row.patients}`,
              ...scaled(row, scale),
              weight: row.patients / trial.patients,
            })),
        ],
      };
    });
}

/* ---- shares, peaks, costs ---- */

function shareBars(trial: Trial, row: EndpointRow): BarsChart | null {
  const own = trial.arms.flatMap((arm) => {
    const endpoint = arm.endpoints.find((one) => one.endpoint === row.endpoint);
    return endpoint?.codes && endpoint.evaluable > 0
      ? [{ arm, codes: endpoint.codes, n: endpoint.evaluable }]
      : [];
  });
  const used = row.words
    .map((_, code) => code)
    .filter((code) => own.some(({ codes }) => (codes[code]?.value ?? 0) > 0));
  if (!used.length) return null;
  return {
    id: row.endpoint,
    title: row.label,
    unit: '% of patients',
    tone: row.better === 'lower' ? 'bad' : 'good',
    levels: used.map((code) => row.words[code]),
    rows: own.map(({ arm, codes, n }) => ({
      label: `${arm.arm} (n = ${n.toLocaleString('en')})`,
      values: used.map((code) => 100 * (codes[code]?.value ?? 0)),
    })),
  };
}

/** Who is dead at the end, and of what. */
function deathBars(trial: Trial): BarsChart[] {
  const causes = (trial.arms[0]?.deaths ?? []).filter((_, k) =>
    trial.arms.some((arm) => arm.deaths[k].patients > 0),
  );
  if (!causes.length) return [];
  const of = (arm: TrialArm, cause: string) => arm.deaths.find((death) => death.cause === cause)!;
  return [
    {
      id: 'deaths',
      title: `Dead ${trial.horizon_days} days from ${trial.origin}, by cause`,
      unit: '% of patients, other causes competing',
      tone: 'kinds',
      levels: causes.map((death) => death.label),
      rows: trial.arms.map((arm) => ({
        label: `${arm.arm} (${arm.flow.dead.toLocaleString('en')} dead)`,
        values: causes.map(({ cause }) => 100 * (of(arm, cause).at_horizon.value ?? 0)),
      })),
    },
  ];
}

function tables(words: TrialWords): Table[] {
  const { trial } = words;
  const level = fixed(100 * trial.interval_level, 0);
  const byArm = (id: string, title: string, note: string, first: string, rows: Table['rows']): Table => ({
    id,
    title,
    note,
    columns: [{ name: first }, ...trial.arms.map((arm) => ({ name: arm.arm }))],
    rows,
  });
  const of = (e: Estimate | undefined, n: number) => (n ? `${percent(e)} of ${n.toLocaleString('en')}` : '–');
  const shares = trial.endpoints
    .filter((row) => !row.timed)
    .map((row) => [
      `${row.label}: ${words.yes(row)}`,
      ...trial.arms.map((arm) => {
        const found = arm.endpoints.find((one) => one.endpoint === row.endpoint);
        return of(found?.yes, found?.evaluable ?? 0);
      }),
    ]);
  const facts = [...new Map(trial.arms.flatMap((arm) => arm.facts).map((one) => [one.fact, one.label]))].map(
    ([fact, label]) => [
      label,
      ...trial.arms.map((arm) => {
        const found = arm.facts.find((one) => one.fact === fact);
        return of(found, found?.evaluable ?? 0);
      }),
    ],
  );
  const peaks = [...new Set(trial.arms.flatMap((arm) => arm.peaks.map((peak) => peak.what)))].map((what) => {
    const quantity = trial.quantities.find((one) => one.what === what)!;
    return [
      `${quantity.label}, ${printedUnits(unitText(quantity.unit))}`,
      ...trial.arms.map((arm) => {
        const peak = arm.peaks.find((one) => one.what === what);
        if (!peak || !known(peak.median_interval)) return '–';
        const { value, low, high } = peak.median_interval;
        return `${number(value)} (${number(low)} to ${number(high)}); most ${number(peak.p10)} to ${number(peak.p90)}; day ${interval(peak.median_day)}`;
      }),
    ];
  });
  const money = (e: Estimate) => (known(e) ? interval(scaled(e, 1e-3)) : '–');
  const unit = trial.arms[0]?.cost.unit ?? '';
  const costs = [
    ...(trial.arms[0]?.cost.per ?? []).map((per, k) => [
      `per ${per.label}`,
      ...trial.arms.map((arm) => money(arm.cost.per[k])),
    ]),
    ...(trial.arms[0]?.cost.items_per_patient_followed ?? []).map((item, k) => [
      `${item.item}, per patient followed`,
      ...trial.arms.map((arm) => money(arm.cost.items_per_patient_followed[k])),
    ]),
  ];
  return [
    byArm(
      'shares',
      'Shares',
      `With Wilson's ${level} % intervals; of those patients who can be asked.`,
      'endpoint',
      [...shares, ...facts],
    ),
    ...(peaks.length
      ? [
          byArm(
            'peaks',
            'Peaks after infusion',
            `Median of the patients who were infused with its ${level} % interval, the middle 80 % of them (most), and the median day of the peak with its interval.`,
            'quantity',
            peaks,
          ),
        ]
      : []),
    byArm('costs', 'Costs in numbers', `Thousand ${unit}, with ${level} % intervals.`, 'cost', costs),
    ...(trial.subgroups?.length ? [subgroupTable(trial.subgroups, words)] : []),
  ];
}

function subgroupTable(rows: SubgroupRow[], words: TrialWords): Table {
  const scale = (row: SubgroupRow) => {
    const all = words.trial.estimands.find((one) => sameEffect(row, one));
    return all ? forests[all.kind].scale : 1;
  };
  const cell = (e: Estimate | undefined, row: SubgroupRow, ratio = false) =>
    known(e) ? interval(scaled(e, scale(row)), ratio) : '–';
  return {
    id: 'subgroups',
    title: 'Subgroups in numbers',
    note: "By what is known at enrolment; shares in %, differences in percentage points. The interaction is Cochran's Q over the groups; many comparisons: some of these p are small by chance alone.",
    columns: [
      'subgroup',
      'group',
      'patients',
      'what',
      'arm',
      'in the arm',
      'reference',
      'effect',
      'interaction p',
    ].map((name, k) => ({ name, number: k === 2 || k > 4 })),
    rows: rows.map((row) => [
      row.subgroup,
      row.group,
      row.patients,
      row.what,
      row.arm,
      cell(row.of_arm, row),
      cell(row.of_reference, row),
      cell(row, row, !row.of_arm),
      row.interaction_p === null
        ? '–'
        : row.interaction_p < 0.001
          ? '< 0.001'
          : String(Number(row.interaction_p.toPrecision(2))),
    ]),
  };
}

function costForest(trial: Trial): Forest {
  const unit = `thousand ${trial.arms[0]?.cost.unit ?? ''}`;
  return {
    id: 'cost_per',
    title: 'Cost of an arm over the patients it brought so far',
    unit,
    axis: 'log',
    note: `Products, hospital stays around infusions, transplants and courses of chemotherapy of all patients of the arm, over those who are counted (the number behind the arm); ${fixed(100 * trial.interval_level, 0)} % intervals. Prices stand under assumptions.`,
    rows: (trial.arms[0]?.cost.per ?? []).flatMap((per, k) =>
      trial.arms.flatMap((arm) => {
        const cost = arm.cost.per[k];
        if (!known(cost)) return [];
        return [
          {
            group: `per ${per.label}`,
            label: `${arm.arm}, ${cost.patients.toLocaleString('en')}`,
            ...scaled(cost, 1e-3),
            weight: cost.patients / trial.patients,
          },
        ];
      }),
    ),
  };
}

function costItems(trial: Trial): BarsChart {
  return {
    id: 'cost_items',
    title: 'What is paid for, mean per patient followed',
    unit: `thousand ${trial.arms[0]?.cost.unit ?? ''}`,
    tone: 'kinds',
    levels: trial.arms[0]?.cost.items_per_patient_followed.map((item) => item.item) ?? [],
    rows: trial.arms.map((arm) => ({
      label: arm.arm,
      values: arm.cost.items_per_patient_followed.map((item) => 1e-3 * (item.value ?? 0)),
    })),
  };
}

/* ---- the page ---- */

export function trialPage(trial: Trial): Page {
  const words = new TrialWords(trial);
  const widened = trial.estimands.some((one) => one.low_with_model_uncertainty !== null);
  const { all, assumed, tuned } = trial.model_parameters;
  const parts = [
    'program',
    'version',
    'model',
    'model_hash',
    'trial',
    'population',
    'policy',
    'seed',
    'draws',
    'solver',
  ];
  return {
    kind: 'trial',
    meta: {
      title: trial.question ? sentence(trial.question) : trial.trial,
      subtitle: `A virtual trial: ${trial.patients.toLocaleString('en')} simulated patients, the same in each of ${trial.arms.length} arms, followed for ${trial.horizon_days} days from enrolment${trial.intention_to_treat ? ', analysed by intention to treat' : ', those whose product was made'}. Population: ${trial.population_title}.`,
      notice: `Research use only. Simulated patients; nothing on this page is a treatment recommendation. Intervals hold for the chance between virtual patients; ${widened ? "thin lines under differences hold the model's own uncertainty too" : "the model's own uncertainty comes on top"}.`,
    },
    answer: answer(words),
    flow: flow(trial),
    swimmer: swimmers(trial),
    km: everyCurve(trial, false),
    cif: everyCurve(trial, true),
    forest: effects(words),
    subgroups: subgroups(words),
    costs: [costForest(trial)],
    cost_items: [costItems(trial)],
    bars: [
      ...deathBars(trial),
      ...trial.endpoints.filter((row) => !row.timed).flatMap((row) => shareBars(trial, row) ?? []),
    ],
    t: trial.fan_days,
    interval_percent: 80,
    least_patients: fanPatientsLeast,
    panels: fans(trial),
    tables: tables(words),
    assumptions: [
      ...trial.assumptions,
      {
        where: 'model',
        status: 'assumed',
        text: `${assumed} of the model's ${all} parameters are assumed within a range, ${tuned} are tuned; “bridge7 model describe” prints each with its reason.`,
      },
    ],
    references: trial.references,
    provenance: parts.flatMap((name) => {
      const value = trial.provenance[name];
      return value === null || value === undefined
        ? []
        : [{ name: name.replace('_', ' '), value: String(value) }];
    }),
    statistics: Object.entries(trial.provenance)
      .filter(([name]) => !parts.includes(name))
      .map(([name, value]) => ({ name: name.replace(/_/g, ' '), value: value ?? '–' })),
  };
}
