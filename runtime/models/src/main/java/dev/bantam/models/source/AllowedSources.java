package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.SourceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The places that a site lets others name: what a message asks for is fetched from below one of
 * them, or not at all.
 *
 * @param folders whatever lies below them
 * @param packages names of packages of the user's package index
 */
public record AllowedSources(List<Address> folders, List<String> packages) {

  /** None. */
  public static final AllowedSources NONE = new AllowedSources(List.of(), List.of());

  private static final String PYPI = "pypi:";

  public AllowedSources {
    folders = List.copyOf(folders);
    packages = List.copyOf(packages);
  }

  /**
   * Of addresses of folders, and of {@code pypi:PACKAGE}.
   *
   * @throws IllegalArgumentException if one is neither
   */
  public static AllowedSources of(List<String> sources) {
    return new AllowedSources(
        sources.stream()
            .filter(text -> !text.startsWith(PYPI))
            .map(AllowedSources::folder)
            .toList(),
        sources.stream().filter(text -> text.startsWith(PYPI)).map(AllowedSources::name).toList());
  }

  private static Address folder(String text) {
    Address address = Address.parse(text);
    if (!address.isFolder()) {
      throw new IllegalArgumentException(
          "\"%s\" has no / at its end; write \"%s/\" if all that lies below it may be fetched"
              .formatted(text, text));
    }
    return address;
  }

  private static String name(String text) {
    String name = text.substring(PYPI.length());
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "\"%s\" names no package; write pypi:PACKAGE".formatted(text));
    }
    return name;
  }

  /**
   * @throws ModelException UNTRUSTED, with what is allowed, if it is below none of these; also for
   *     a file that is reached by a link out of its folder
   */
  public void require(Address address) throws ModelException {
    Optional<Address> folder = folders.stream().filter(address::isBelow).findFirst();
    if (folder.isEmpty() || address.isFolder()) {
      throw refused(address.toString());
    }
    if (address.isFile()) {
      requireNoWayOut(Path.of(address.path()), Path.of(folder.get().path()));
    }
  }

  /** As {@link #require(Address)}, of one of a release's sources. */
  void require(SourceSpec spec) throws ModelException {
    if (spec instanceof SourceSpec.Url url) {
      require(parse(url.url()));
    } else if (spec instanceof SourceSpec.LocalFile local) {
      require(parse("file:" + local.file()));
    } else if (spec instanceof SourceSpec.Hub || spec instanceof SourceSpec.Registry) {
      require(parse(spec.describe()));
    } else if (!(spec instanceof SourceSpec.Pypi pypi && packages.contains(pypi.pypi()))) {
      throw refused(spec.describe());
    }
  }

  /** An address that came from elsewhere. */
  static Address parse(String text) throws ModelException {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ModelException(Kind.UNTRUSTED, String.valueOf(e.getMessage()), e);
    }
  }

  private void requireNoWayOut(Path file, Path folder) throws ModelException {
    if (!Files.exists(file)) {
      return;
    }
    try {
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw new ModelException(
            Kind.UNTRUSTED, "%s leads out of %s by a link".formatted(file, folder));
      }
    } catch (IOException e) {
      throw new ModelException(Kind.UNREACHABLE, "cannot read %s: %s".formatted(file, e), e);
    }
  }

  private ModelException refused(String what) {
    return new ModelException(
        Kind.UNTRUSTED,
        "%s is below none of the places that models.sources in bantam.yaml lists: %s"
            .formatted(what, this));
  }

  @Override
  public String toString() {
    List<String> all =
        Stream.concat(folders.stream().map(Address::toString), packages.stream().map(PYPI::concat))
            .toList();
    return all.isEmpty() ? "it lists none" : String.join(", ", all);
  }
}
