package dev.bantam.runtime.swap;

import dev.bantam.spi.ModelReference;

/** Told what comes of the wishes for one slot. Called on the slot's swap thread. */
interface SwapNews {

  /** A swap begins. */
  void begun(ModelReference active, Desired wish);

  /** What is to be reported has changed. */
  void changed();

  /** A swap has ended; {@code active} serves now, or served last. */
  void ended(ModelReference active, SwapOutcome outcome, Desired wish);
}
