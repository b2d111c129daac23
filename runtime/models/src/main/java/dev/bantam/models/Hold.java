package dev.bantam.models;

import dev.bantam.spi.ModelReference;
import java.util.List;

/**
 * Models that somebody needs, which are not removed meanwhile.
 *
 * @param holder who: a slot as {@code DEVICE/SLOT}, or any other text
 * @param models what; without a version all of that name, without a variant all of that version
 */
public record Hold(String holder, List<ModelReference> models) {

  public Hold {
    if (holder.isBlank()) {
      throw new IllegalArgumentException("a holder needs a name");
    }
    models = List.copyOf(models);
  }
}
