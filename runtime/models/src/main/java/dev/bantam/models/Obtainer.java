package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.source.Address;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.Sha256;
import dev.bantam.models.trust.DetachedSignature;
import dev.bantam.spi.ModelReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Brings onto this device what an order asks for. Whoever gives an order need not be trusted:
 * nothing is fetched but from places that the site lists, and nothing is installed but what the
 * order's digest names and, where the site wants it so, a trusted key has signed.
 */
final class Obtainer {

  private final Puller puller;
  private final Shelf shelf;
  private final Finder finder;
  private final Aliases aliases;
  private final Installer installer;
  private final Downloader downloader;
  private final PullSettings settings;

  Obtainer(
      Puller puller,
      Parts parts,
      Installer installer,
      Downloader downloader,
      PullSettings settings) {
    this.puller = puller;
    this.shelf = parts.shelf();
    this.finder = parts.finder();
    this.aliases = parts.aliases();
    this.installer = installer;
    this.downloader = downloader.within(settings.sources());
    this.settings = settings;
  }

  /** See {@link ModelRepository#obtain}. */
  Item obtain(ModelOrder order, List<String> variants, PullListener listener)
      throws ModelException {
    requireForm(order);
    Optional<Item> there = installed(order);
    if (there.isPresent()) {
      return there.get();
    }
    if (order.source().isEmpty()) {
      return puller.pull(order.reference().toString(), variants, listener);
    }
    Address address = address(order.source().get());
    settings.sources().require(address);
    byte[] document = downloader.document(address, "", ModelDocument.MAX_BYTES);
    requireDigest(document, order.sha256().orElseThrow(), address);
    Optional<DetachedSignature> verified = verifiedSignature(document, order, address);
    Release release = ModelDocument.RELEASE.read(address.toString(), document);
    CatalogEntry entry = OrderedRelease.read(release, address, order.reference());
    requireSameContent(entry, order);
    if (!settings.allowsDowngrade(order.allowDowngrade())) {
      finder.requireNoDowngrade(entry.reference(), entry.revision());
    }
    Optional<DetachedSignature> signature =
        verified.isPresent() ? verified : signatureForOthers(address);
    ModelReference wanted =
        new ModelReference(entry.name(), Optional.of(entry.version()), order.reference().variant());
    return puller
        .with(
            Catalog.of(entry),
            downloader,
            installer.publishing(new SignedRelease(document, release, signature)))
        .pull(wanted.toString(), variants, listener);
  }

  private static void requireForm(ModelOrder order) throws ModelException {
    if (order.source().isPresent() && order.sha256().isEmpty()) {
      throw new ModelException(
          Kind.USAGE, "a source goes with sha256, the digest of the release.json that lies there");
    }
    if (order.sha256().isPresent() && !order.sha256().get().matches("[0-9a-f]{64}")) {
      throw new ModelException(
          Kind.USAGE,
          "sha256 is \"%s\"; write 64 hexadecimal digits in lower case"
              .formatted(order.sha256().get()));
    }
  }

  /** The newest that is what was ordered, whole. */
  private Optional<Item> installed(ModelOrder order) throws ModelException {
    ModelReference reference = aliases.follow(order.reference());
    for (Item item : finder.all()) {
      boolean isWanted =
          finder.has(item, reference)
              && installer.isWhole(item)
              && (order.sha256().isEmpty()
                  || order.sha256().get().equals(shelf.digest(item.place())));
      if (isWanted) {
        return Optional.of(item);
      }
    }
    if (order.source().isEmpty() && order.sha256().isPresent()) {
      throw new ModelException(
          Kind.NOT_INSTALLED,
          "no model %s with a release.json of sha256 %s is installed, and the order names no source for it"
              .formatted(order.reference(), order.sha256().get()));
    }
    return Optional.empty();
  }

  private static Address address(String source) throws ModelException {
    try {
      return Address.parse(source);
    } catch (IllegalArgumentException e) {
      throw new ModelException(Kind.UNTRUSTED, String.valueOf(e.getMessage()), e);
    }
  }

  private static void requireDigest(byte[] release, String sha256, Address address)
      throws ModelException {
    String found = Sha256.of(release);
    if (!found.equals(sha256)) {
      throw new ModelException(
          Kind.CORRUPT,
          "%s is not what was ordered: expected sha256 %s, found %s"
              .formatted(address, sha256, found));
    }
  }

  /** The signature, if the order brings one or the site wants one. */
  private Optional<DetachedSignature> verifiedSignature(
      byte[] release, ModelOrder order, Address address) throws ModelException {
    String what = address.toString();
    if (order.signature().isPresent()) {
      return Optional.of(settings.keys().verify(release, order.signature().get(), what));
    }
    return settings.requireSigned()
        ? Optional.of(settings.keys().verify(release, signatureBeside(address), what))
        : Optional.empty();
  }

  /** What nobody here asks for, but a device may that is given the model in a bundle. */
  private Optional<DetachedSignature> signatureForOthers(Address address) throws ModelException {
    try {
      return Optional.of(DetachedSignature.parse(signatureBeside(address)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } catch (ModelException e) {
      if (e.kind() == Kind.INTERRUPTED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private String signatureBeside(Address address) throws ModelException {
    try {
      byte[] text =
          downloader.document(address, DetachedSignature.SUFFIX, DetachedSignature.MAX_BYTES);
      return new String(text, StandardCharsets.UTF_8);
    } catch (ModelException e) {
      if (e.kind() == Kind.INTERRUPTED) {
        throw e;
      }
      ModelException unsigned = settings.keys().unsigned(address.toString());
      unsigned.addSuppressed(e);
      throw unsigned;
    }
  }

  /** A version never changes. */
  private void requireSameContent(CatalogEntry entry, ModelOrder order) throws ModelException {
    Optional<Item> there = shelf.find(entry.name(), entry.version());
    if (there.isPresent() && !order.sha256().orElse("").equals(shelf.digest(there.get().place()))) {
      throw new ModelException(
          Kind.UNTRUSTED,
          "%s is installed with another release.json (sha256 %s), and a version never changes; publish what is new as a new version"
              .formatted(entry.reference(), shelf.digest(there.get().place())));
    }
  }
}
