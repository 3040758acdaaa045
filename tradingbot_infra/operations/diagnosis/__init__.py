"""Why something does not work, or costs too much: the document's troubleshooting chapter as decision trees over live state.

finding     what a check may find
tree        symptoms, their checks in order, and how they are made
symptoms    the trees: tasks_pending, alb_502, alb_503, api_403, database, high_cost; causes that several trees share are in *_causes
"""
