// The types of the components that the build imports by itself. A component that is not listed still works, but vue-tsc does not look at its props.
export {};

declare module 'vue' {
  export interface GlobalComponents {
    UApp: typeof import('@nuxt/ui/components/App.vue')['default'];
    UButton: typeof import('@nuxt/ui/components/Button.vue')['default'];
    UCheckbox: typeof import('@nuxt/ui/components/Checkbox.vue')['default'];
    UFormField: typeof import('@nuxt/ui/components/FormField.vue')['default'];
    UIcon: typeof import('@nuxt/ui/components/Icon.vue')['default'];
    UInput: typeof import('@nuxt/ui/components/Input.vue')['default'];
    UInputTags: typeof import('@nuxt/ui/components/InputTags.vue')['default'];
    UKbd: typeof import('@nuxt/ui/components/Kbd.vue')['default'];
    UModal: typeof import('@nuxt/ui/components/Modal.vue')['default'];
    UPopover: typeof import('@nuxt/ui/components/Popover.vue')['default'];
    URadioGroup: typeof import('@nuxt/ui/components/RadioGroup.vue')['default'];
    USkeleton: typeof import('@nuxt/ui/components/Skeleton.vue')['default'];
    USlideover: typeof import('@nuxt/ui/components/Slideover.vue')['default'];
    UTextarea: typeof import('@nuxt/ui/components/Textarea.vue')['default'];
    UTooltip: typeof import('@nuxt/ui/components/Tooltip.vue')['default'];
    RouterLink: typeof import('vue-router')['RouterLink'];
    RouterView: typeof import('vue-router')['RouterView'];
  }
}
