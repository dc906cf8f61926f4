// Package mailhtml reads the HTML of mails as the person who gets one sees it.
//
// Senders hide words: a preheader that only lists show, text for machines, and words that turn what
// is seen into something else. Visible leaves those out, so that the preview, the text and the safe
// HTML of a message say what its reader would have seen. It also keeps of the styles what carries
// meaning, such as struck text and the colours by which people answer between lines, from a list of
// properties with values of a bounded form; all other styles go. What comes out is not safe yet:
// the sanitizer comes behind it.
//
// A page is read as a browser on a desk reads it, as far as that decides what is seen. The tree is
// one of open elements only, with the ends that HTML implies; style sheets are read first, and
// their selectors of elements, classes and ids are followed down that tree. So time and memory grow
// with the length of the source and with nothing else, however deep it nests.
//
// To hide what a person wrote is worse than to show what a machine hid. What is not known, such as
// selectors of siblings or queries for a dark screen, hides nothing and may reveal.
package mailhtml
