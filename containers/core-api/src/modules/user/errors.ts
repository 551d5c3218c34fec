import { ProblemError } from '../../platform/errors';
import { maximumAddresses } from './address';

export class AddressNotFoundError extends ProblemError {
  readonly status = 404;
  readonly code = 'ADDRESS_NOT_FOUND';
  readonly title = 'There is no such address';

  constructor() {
    super('No such address among yours');
  }
}

export class AddressLimitError extends ProblemError {
  readonly status = 422;
  readonly code = 'ADDRESS_LIMIT';
  readonly title = 'There is no room for another address';

  constructor() {
    super(`At most ${maximumAddresses} addresses are kept; remove one first`);
  }
}
