const Icon = ({ path, name }: { path: string; name: string }) => (
  <svg class={`icon ${name}`} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
    <path d={path} />
  </svg>
)
export const Tick = () => <Icon name="tick" path="M5 12.5l4.5 4.5L19 7.5" />
export const Cross = () => <Icon name="cross" path="M7 7l10 10M17 7L7 17" />
export const Onward = () => <Icon name="onward" path="M9 6l6 6-6 6" />
export const Lens = () => <Icon name="lens" path="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L20 20" />
export const Lock = () => <Icon name="lock" path="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />
