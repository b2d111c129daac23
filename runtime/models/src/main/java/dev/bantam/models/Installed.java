package dev.bantam.models;

import java.util.List;

/**
 * The file {@code installed.json}: what this device made of a release. A version exists once this
 * file does, and no longer.
 *
 * @param format version of this document's form
 * @param sequence grows with each install of the name, so that "newest" needs no clock
 * @param installedAt ISO 8601, by this device's clock
 * @param importer version of the importer that made the variants
 * @param keptSource whether the published file itself is kept as a blob
 * @param variants at least one
 */
record Installed(
    int format,
    long sequence,
    String installedAt,
    int importer,
    boolean keptSource,
    List<InstalledVariant> variants) {

  static final int FORMAT = 1;

  Installed {
    variants = List.copyOf(variants);
  }

  Installed withSequence(long newSequence) {
    return new Installed(format, newSequence, installedAt, importer, keptSource, variants);
  }

  Installed withVariants(List<InstalledVariant> newVariants) {
    return new Installed(format, sequence, installedAt, importer, keptSource, newVariants);
  }
}
