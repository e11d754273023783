/** A copy without a prototype: what another script puts on `Object.prototype` is nobody's option. */
export const ownProperties = <Options extends object>(options: Options): Options =>
  Object.assign(Object.create(null), options)
