package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import java.net.URI;

/** Where a server may send us on to. */
@FunctionalInterface
interface Redirects {

  /** Anywhere: for addresses that the site's owner gave. */
  Redirects FREE = target -> {};

  /**
   * @param target where the server sends us
   * @throws ModelException UNTRUSTED if we do not follow
   */
  void require(URI target) throws ModelException;

  /** To what a site allows. */
  static Redirects within(AllowedSources sources) {
    return target -> sources.require(AllowedSources.parse(target.toString()));
  }
}
