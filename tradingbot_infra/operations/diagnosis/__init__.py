"""Why something does not work, or costs too much: the document's troubleshooting chapter as decision trees over live state.

finding     what a check may find
tree        symptoms, their checks in order, and how they are made
symptoms    the trees, each in a module of its name; causes that several trees share are in *_causes
"""
