// Types of requests and answers, taken from the OpenAPI document (schema.d.ts is made from it), and of screens.
import type { components, paths } from "./schema";

type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends { [K in M]: infer O } ? O : never;
type Parameters<O, K extends string> = O extends { parameters: infer A } ? (K extends keyof A ? A[K] : never) : never;
type Filled<P extends string> = P extends `/v1${infer A}` ? Filled<A> : P extends `${infer A}{${string}}${infer B}` ? `${A}${string}${Filled<B>}` : P;
type Json<R> = R extends { content: { "application/json": infer J } } ? J : never;
type Success<R> = Json<R extends { 200: infer A } ? A : R extends { 201: infer A } ? A : R extends { 202: infer A } ? A : never>;

declare global {
  type Schemas = components["schemas"];
  type AccessRequest = Schemas["AccessRequest"];
  type AddedClass = Schemas["AddedClass"];
  type Admission = Schemas["Admission"];
  type AdmissionPreview = Schemas["AdmissionPreview"];
  type Attendance = Schemas["Attendance"];
  type AttendanceRates = Schemas["AttendanceRates"];
  type CancelledClass = Schemas["CancelledClass"];
  type ClassroomClass = Schemas["ClassroomClass"];
  type ClassroomPerson = Schemas["ClassroomPerson"];
  type ClassroomSlot = Schemas["ClassroomSlot"];
  type Conflict = Schemas["Conflict"];
  type ConversionRate = Schemas["ConversionRate"];
  type Course = Schemas["Course"];
  type CoursePlan = Schemas["CoursePlan"];
  type Happening = Schemas["Happening"];
  type Instrument = Schemas["Instrument"];
  type Lead = Schemas["Lead"];
  type LeadCounts = Schemas["LeadCounts"];
  type LeadPage = Schemas["LeadPage"];
  type MyWork = Schemas["MyWork"];
  type NotificationPage = Schemas["NotificationPage"];
  type OperatingDay = Schemas["OperatingDay"];
  type Problem = Schemas["Problem"];
  type RescheduleRequest = Schemas["RescheduleRequest"];
  type Setting = Schemas["Setting"];
  type TimeSlot = Schemas["TimeSlot"];
  type Trial = Schemas["Trial"];
  type WaitlistEntry = Schemas["WaitlistEntry"];
  type WrongValue = Schemas["WrongValue"];
  type Method = "get" | "post" | "patch" | "put" | "delete";

  /** The paths that answer a method. */
  type PathOf<M extends Method> = {
    [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
  }[keyof paths];

  /** What a method of a path answers; null where there is nothing to say. */
  type Answer<M extends Method, P extends PathOf<M>> =
    Operation<M, P> extends { responses: infer R } ? ([Success<R>] extends [never] ? null : Success<R>) : never;
  type Sent<M extends Method, P extends PathOf<M>> = Operation<M, P> extends { requestBody?: infer B } ? Json<NonNullable<B>> : never;
  type Query<M extends Method, P extends PathOf<M>> = NonNullable<Parameters<Operation<M, P>, "query">>;

  /** The addresses of a method's paths: `/leads/${string}` for /v1/leads/{leadId}. */
  type Address<M extends Method> = { [P in PathOf<M>]: Filled<P> }[PathOf<M>];

  /** The path that an address is of. */
  type PathAt<M extends Method, A> = { [P in PathOf<M>]: [A, Filled<P>] extends [Filled<P>, A] ? P : never }[PathOf<M>];
  type Items<A> = Answer<"get", PathAt<"get", A>> extends { items: (infer T)[] } ? T : never;
  type Maybe<T> = T | null | undefined;
  type Attributes = { [on: `on${string}`]: (event: Event) => void; [name: string]: unknown };
  type Child = Node | string | number | null | undefined | false | Child[];
  type Values = any;

  /** Value and label of what can be chosen. */
  type Choice = [value: string, label: string][];

  /** A member of the body, its label (with a * when it is required), its kind or what can be chosen, and what else is known of it. */
  type Field = [name: string, label: string, kind?: "text" | "email" | "tel" | "date" | "number" | "password" | "url" | "textarea" | "check" | "time" | Choice, more?: FieldOptions];

  interface FieldOptions {
    hint?: string;
    min?: number | string;
    max?: number | string;
    step?: string;
    autocomplete?: string;
  }

  interface FormOptions {
    fields: (Field | null | false | undefined)[];
    value?: Values;
    /** What the button says. */
    action: string;
    submit: (values: Values, version?: number) => unknown;
    changed?: (values: Values) => void;
    /** Submit gets only members that differ from value. */
    onlyChanges?: boolean;
    /** Another button. */
    more?: Child;
    label?: string;
    /** The resource as it is now, asked for when somebody was faster (412). */
    current?: () => Promise<Values>;
  }

  interface AskOptions extends Omit<FormOptions, "action"> {
    action?: string;
    /** What is shown above the form. */
    above?: Child;
    /** Deletes what the form is of. */
    drop?: () => Promise<unknown>;
    said?: string;
  }

  interface ActOptions<T> {
    /** What is asked first, where there is no way back. */
    sure?: string;
    said?: string;
    /** Takes it back. */
    undo?: (result: T) => Promise<unknown>;
    main?: boolean;
    /** What the button is called where its label does not tell enough. */
    name?: string;
    pressed?: boolean;
    disabled?: boolean;
    id?: string;
  }

  /** The head of a column, its cells, and how it is set. */
  type Column<T> = [label: string, cell: (item: T) => Child, kind?: "number" | "narrow" | "wide"];

  /** Figures of items: what they are called, where they are found, how they are told. */
  type Line<T> = [label: string, value: (item: T) => number | null, said?: (value: number | null) => string];

  /** Items under the heads of columns; `nothing` is shown where there is none, a row with an address opens it. */
  type Table = <T extends object>(label: string, items: T[], nothing: Child, columns: Column<T>[], address?: (item: T) => string) => HTMLElement;
  type Paged<T> = { items: T[]; nextCursor: string | null };
  type Pager = <T>(first: Paged<T>, next: (cursor: string) => Promise<Paged<T>>, show: (items: T[]) => Node) => HTMLElement;
  type Act = <T>(label: Child, work: () => Promise<T>, options?: ActOptions<T>) => HTMLButtonElement;

  /** `path` is the list's; `more` is what a new thing has besides; `sent` makes the body of what was typed. */
  type Edit = (path: Address<"post">, thing: { id: string } | undefined, title: string, fields: FormOptions["fields"], more?: Values, sent?: (values: Values) => Values) => void;

  /** What is asked in a dialog, and what is shown of the answer, which a change of the form takes away. */
  type Inquiry = (title: string, options: Pick<FormOptions, "action" | "fields" | "value">, answer: (values: Values, close: () => void) => Promise<Child>) => void;

  /** An act at a path, and its preview below it: `shows` gives what the button says, and the effects. */
  type Previewed = <A extends Address<"post">>(title: string, path: A, fields: FormOptions["fields"], shows: (result: Answer<"post", PathAt<"post", `${A}/preview`>>) => [string, ...Child[]], value?: Values, body?: (values: Values) => Values) => void;

  /** A series over periods, as bars or as lines; the second one faint, or dashed. */
  type Plot = <T extends { start: string }>(title: string, items: T[], lines: Line<T>[], asLines?: boolean) => HTMLElement;

  /** A call; `version` is the one that a change is for. */
  type Send = (method: string, address: string, query?: Record<string, any>, sent?: unknown, version?: number, signal?: AbortSignal | null) => Promise<any>;
  type Read = <A extends Address<"get">>(address: A, query?: Query<"get", PathAt<"get", A>>) => Promise<Answer<"get", PathAt<"get", A>>>;
  type All = <A extends Address<"get">>(address: A, query?: Query<"get", PathAt<"get", A>>) => Promise<Items<A>[]>;
  type Removal = <A extends Address<"delete">>(address: A, version?: number) => Promise<Answer<"delete", PathAt<"delete", A>>>;

  /** A write: POST, PATCH or PUT, of a version where the resource has one. */
  type Write<M extends Method> = <A extends Address<M>>(address: A, body?: Sent<M, PathAt<M, A>>, version?: number) => Promise<Answer<M, PathAt<M, A>>>;

  /** What a kind of things is called, and of each its address, its name and more. */
  type Found = [string, [string, string | null, string | null][]];
  type Asked = Record<string, string | number | boolean | null | undefined>;
  type Slot = { weekday: number; startTime: string; endTime: string };
  type Class = ClassroomClass;
  type Person = ClassroomPerson;

  /** A screen: what it loads, and how that looks. */
  interface Page<T = any> {
    title: string;
    /** Any of these operations opens the screen. */
    needs: string[];
    /** Who may call this does not need the screen. */
    except?: string;
    /** Where it stands in the navigation; without, it is reached from others. */
    nav?: "Work" | "Classes" | "School";
    load: () => Promise<T>;
    view: (data: T) => Node;
    /** What is shown beside it when the address has ?open=…; a call of its own. */
    beside?: (id: string) => Promise<Element>;
  }

  /** A screen that is one list. */
  interface Listing<P extends Address<"get">, A = undefined> extends Pick<Page, "title" | "needs" | "except" | "nav" | "beside"> {
    path: P;
    query?: () => Query<"get", PathAt<"get", P>>;
    columns: Column<Items<P>>[];
    empty: Child;
    /** What else is loaded, for the filters and what stands above. */
    also?: () => Promise<A>;
    filters?: (also: A) => FormOptions["fields"];
    head?: (total: number | undefined) => Child;
    above?: (also: A) => Child;
    /** Whether a row opens beside the list. */
    opens?: boolean;
  }
}

export {};
