// Types of requests and answers, taken from the OpenAPI document (schema.d.ts is made from it), and of screens.
import type { components, paths } from "./schema";

type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends { [K in M]: infer O } ? O : never;
type Parameters<O, K extends string> = O extends { parameters: infer A } ? (K extends keyof A ? A[K] : never) : never;
type Json<R> = R extends { content: { "application/json": infer J } } ? J : never;
type Success<R> = Json<R extends { 200: infer A } ? A : R extends { 201: infer A } ? A : R extends { 202: infer A } ? A : never>;

declare global {
  type Schemas = components["schemas"];
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

  interface Options<M extends Method, P extends PathOf<M>> {
    path?: Parameters<Operation<M, P>, "path">;
    query?: Query<M, P>;
    body?: Sent<M, P>;
    /** The version that a change is for. */
    version?: number | undefined;
  }

  type Items<P extends PathOf<"get">> = Answer<"get", P> extends { items: (infer T)[] } ? T : never;
  type Child = Node | string | number | null | undefined | false | Child[];
  type Values = any;

  interface Field {
    /** The member of the body; "student.name" lies within student. */
    name: string;
    label: string;
    type?: "text" | "email" | "tel" | "date" | "number" | "password" | "url" | "select" | "textarea" | "check" | "time";
    /** Value and label, of select. */
    options?: [string, string][];
    required?: boolean;
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

  /** What a screen is given: its address, and a way to others. */
  interface Place {
    /** Below the screen: of #/reports/funnel the part "funnel". */
    parts: string[];
    /** What stands after the question mark. */
    query: URLSearchParams;
    /** Ends when another place is gone to. */
    signal: AbortSignal;
    /** Load and show anew, now. */
    refresh: () => Promise<void>;
  }

  /** A screen: what it loads, and how that looks. */
  interface Page<T = any> {
    title: string;
    /** Any of these operations opens the screen. */
    needs: string[];
    /** Who may call this does not need the screen. */
    except?: string;
    /** Where it stands in the navigation; without, it is reached from others. */
    nav?: "Work" | "Classes" | "School";
    load: (place: Place) => Promise<T>;
    view: (data: T, place: Place) => Node;
    /** What is shown beside it when the address has ?open=…; a call of its own. */
    beside?: (id: string, place: Place) => Promise<Node>;
  }

  /** A screen that is one list. */
  interface Listing<P extends PathOf<"get">, A = undefined> extends Pick<Page, "title" | "needs" | "except" | "nav" | "beside"> {
    path: P;
    query: (query: URLSearchParams) => Query<"get", P>;
    columns: (place: Place) => Column<Items<P>>[];
    empty: Child;
    /** What else is loaded, for the filters and what stands above. */
    also?: (place: Place) => Promise<A>;
    filters?: (also: A) => Field[];
    head?: (place: Place, total: number | undefined) => Child;
    above?: (also: A, place: Place) => Child;
    /** Whether a row opens beside the list. */
    opens?: boolean;
  }
}

export {};
