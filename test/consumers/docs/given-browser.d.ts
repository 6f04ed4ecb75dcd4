declare const flags: import('@glidepath/sdk-browser').BrowserClient;

declare module 'vue' {
  interface Ref<T> {
    value: T;
  }
  export function shallowRef<T>(value: T): Ref<T>;
  export function readonly<T>(ref: Ref<T>): { readonly value: T };
  export function onScopeDispose(stop: () => void): void;
}
