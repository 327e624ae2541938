// Types of requests and answers, taken from the OpenAPI document (schema.d.ts is made from it).
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Method = "get" | "post" | "patch" | "put" | "delete";

/** The paths that answer a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends { [K in M]: infer O } ? O : never;
type Parameters<O, K extends string> = O extends { parameters: infer A } ? (K extends keyof A ? A[K] : never) : never;
type Json<R> = R extends { content: { "application/json": infer J } } ? J : never;
type Success<R> = Json<R extends { 200: infer A } ? A : R extends { 201: infer A } ? A : R extends { 202: infer A } ? A : never>;

/** What a method of a path answers; null where there is nothing to say. */
export type Answer<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R } ? ([Success<R>] extends [never] ? null : Success<R>) : never;
export type Body<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { requestBody?: infer B } ? Json<NonNullable<B>> : never;

export interface Options<M extends Method, P extends PathOf<M>> {
  path?: Parameters<Operation<M, P>, "path">;
  query?: NonNullable<Parameters<Operation<M, P>, "query">>;
  body?: Body<M, P>;
  /** The version that a change is for. */
  version?: number;
  signal?: AbortSignal;
}

export type Items<P extends PathOf<"get">> = Answer<"get", P> extends { items: (infer T)[] } ? T : never;
export type Child = Node | string | number | null | undefined | false | Child[];

/** What a screen is given: its address, and a way to others. */
export interface Place {
  /** Below the screen: of #/leads/1/edit the parts "1" and "edit". */
  parts: string[];
  /** What stands after the question mark. */
  query: URLSearchParams;
  /** Ends when another place is gone to. */
  signal: AbortSignal;
  /** Load and show anew, now. */
  refresh: () => Promise<void>;
}

/** A screen: what it loads, and how that looks. */
export interface Screen<T = any> {
  title: string;
  /** Any of these operations opens the screen. */
  needs: string[];
  /** Who may call this does not need the screen. */
  except?: string;
  /** Where it stands in the navigation; without, it is reached from others. */
  nav?: { label: string; key: string; section: "Work" | "Classes" | "School" };
  load: (place: Place) => Promise<T>;
  view: (data: T, place: Place) => Node;
  /** What is shown beside it when the address has ?open=…; a call of its own. */
  beside?: (id: string, place: Place) => Promise<Node>;
}
