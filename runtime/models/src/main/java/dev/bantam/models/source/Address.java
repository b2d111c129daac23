package dev.bantam.models.source;

import dev.bantam.models.catalog.SourceSpec;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address taken apart, so that two can be compared by their parts and not by their letters:
 * {@code https://host:port/folder/file}, {@code file:/folder/file}.
 *
 * <p>Only the plain form is taken: no user, no query, no fragment, no {@code %}, no backslash, no
 * {@code .} or {@code ..}. So there is no second way to read it.
 *
 * @param root where it starts: {@code https://host:443}, {@code file:}
 * @param segments the names below it, the last one a file's unless {@code isFolder}
 * @param isFolder whether it ended with a slash
 */
public record Address(String root, List<String> segments, boolean isFolder) {

  /** What an address can begin with, for messages. */
  static final String FORMS = "https://HOST/FOLDER/ or file:/FOLDER/";

  private static final Pattern WEB =
      Pattern.compile(
          "(?i:(https?))://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(?::([0-9]{1,5}))?(/.*)?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FILE = Pattern.compile("file:(?://)?(/.*)");
  private static final Pattern SEGMENT = Pattern.compile("[\\w.~!$&'()*+,;=@-]+");
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  public Address {
    segments = List.copyOf(segments);
  }

  /**
   * Takes an address apart.
   *
   * @throws IllegalArgumentException with what is wrong and the forms there are
   */
  public static Address parse(String text) {
    Matcher web = WEB.matcher(text);
    if (web.matches()) {
      String scheme = web.group(1).toLowerCase(Locale.ROOT);
      String host = web.group(2).toLowerCase(Locale.ROOT);
      int usual = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
      int port = web.group(3) == null ? usual : Integer.parseInt(web.group(3));
      return of("%s://%s:%d".formatted(scheme, host, port), orRoot(web.group(4)), text);
    }
    Matcher file = FILE.matcher(text);
    if (file.matches()) {
      return of("file:", file.group(1), text);
    }
    throw new IllegalArgumentException(
        "\"%s\" is no address that can be taken; write %s, without a user's name"
            .formatted(text, FORMS));
  }

  private static String orRoot(String path) {
    return path == null ? "/" : path;
  }

  private static Address of(String root, String path, String text) {
    boolean isFolder = path.endsWith("/");
    String inner = path.substring(1, isFolder ? Math.max(1, path.length() - 1) : path.length());
    List<String> segments = new ArrayList<>();
    if (!inner.isEmpty()) {
      for (String segment : inner.split("/", -1)) {
        segments.add(requireSegment(segment, text));
      }
    }
    return new Address(root, segments, isFolder);
  }

  private static String requireSegment(String segment, String text) {
    if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
      throw new IllegalArgumentException(
          "\"%s\" has the part \"%s\"; an address is plain names with / between them: letters, digits and - _ . ~ + @, without .. and %%"
              .formatted(text, segment));
    }
    return segment;
  }

  /** Whether this one is within a folder. */
  boolean isBelow(Address folder) {
    return folder.isFolder
        && root.equals(folder.root)
        && segments.size() > folder.segments.size()
        && segments.subList(0, folder.segments.size()).equals(folder.segments);
  }

  /**
   * What lies in the same folder as this, or below that.
   *
   * @param relative plain names with slashes between them; empty for the folder itself
   * @throws IllegalArgumentException if it is not of that form
   */
  public Address beside(String relative) {
    int last = isFolder ? segments.size() : segments.size() - 1;
    List<String> all = new ArrayList<>(segments.subList(0, last));
    Address more = of(root, "/" + relative, relative);
    all.addAll(more.segments);
    return new Address(root, all, more.isFolder);
  }

  boolean isFile() {
    return root.equals("file:");
  }

  /** With {@code behind} put behind its last name. */
  public Address suffixed(String behind) {
    List<String> all = new ArrayList<>(segments);
    all.add(all.remove(all.size() - 1) + behind);
    return new Address(root, all, isFolder);
  }

  /** The path that a file's address names. */
  String path() {
    return "/" + String.join("/", segments) + (isFolder && !segments.isEmpty() ? "/" : "");
  }

  /** As a source of a model's file. */
  public SourceSpec spec() {
    return isFile() ? new SourceSpec.LocalFile(path()) : new SourceSpec.Url(toString());
  }

  URI uri() {
    return URI.create(root + path());
  }

  @Override
  public String toString() {
    return root.replaceFirst("^(https://.*):443$", "$1").replaceFirst("^(http://.*):80$", "$1")
        + path();
  }
}
