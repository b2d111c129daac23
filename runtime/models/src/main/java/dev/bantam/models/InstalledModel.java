package dev.bantam.models;

import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One version of a model, on this device.
 *
 * @param name the model
 * @param version its version
 * @param description in a few words
 * @param license an SPDX identifier, the address of the terms, or {@code unknown} for a file that
 *     was imported by hand
 * @param file name of the published file
 * @param installedAt by this device's clock, which may have been wrong
 * @param variants the quantizations at hand, at least one
 * @param canaries requests with a known outcome, as it was published with them
 */
public record InstalledModel(
    String name,
    String version,
    String description,
    String license,
    String file,
    Instant installedAt,
    List<InstalledVariant> variants,
    List<Canary> canaries) {

  public InstalledModel {
    variants = List.copyOf(variants);
    canaries = List.copyOf(canaries);
  }

  /** Name and version. */
  public ModelReference reference() {
    return new ModelReference(name, Optional.of(version), Optional.empty());
  }

  /** Name, version and variant. */
  public ModelReference reference(InstalledVariant variant) {
    return ModelReference.of(name, version, variant.variant());
  }

  /** The variant that an import with that quantization has made, if there is one. */
  public Optional<InstalledVariant> variant(Quantization quantization) {
    return variants.stream().filter(v -> quantization.makes(v.variant())).findFirst();
  }
}
